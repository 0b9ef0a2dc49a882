import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../system/setup-error.mjs";
import { checkout, folders } from "../system/paths.mjs";
import { pip } from "../python/pip.mjs";
import { digest } from "../system/stamp.mjs";
import { unpack } from "../python/unpack.mjs";
import { requirementLines } from "../python/wheel-hashes.mjs";
import { hasNvidiaGpu, nativeWheels, tensorflowVersion } from "../python/wheels.mjs";
import { logOf } from "./step.mjs";

/**
 * The wheels' files to unpack: TensorFlow's libraries and headers; CUDA's libraries and the programs they
 * start.
 */
const wanted = /^(tensorflow\/(libtensorflow_(cc|framework)\.|include\/)|nvidia\/[^/]+\/(lib|bin|nvvm)\/)/;

const wheelFolders = join(folders.cache, "wheels");

function machine() {
  return {
    platform: process.platform,
    arch: process.arch,
    nvidia: hasNvidiaGpu(),
    device: process.env["LATENT_DEVICE"],
  };
}

/** Downloads TensorFlow's Python wheel and unpacks its shared libraries. @type {import("./step.mjs").Step} */
export const tensorflow = {
  name: "tensorflow",
  title: () => {
    try {
      return `TensorFlow ${tensorflowVersion} (${nativeWheels(machine()).size})`;
    } catch {
      return `TensorFlow ${tensorflowVersion}`;
    }
  },
  key: () => digest(["2", ...packagesOrReason()]),
  outputs: [join(folders.native, "tensorflow", "include", "tensorflow", "c", "c_api.h")],
  optional: true,
  product: "native backend",
  fallback: "notebooks run on the wasm backend, several times slower",
  async run(note) {
    const log = logOf(tensorflow.name);
    const { packages, bytes } = nativeWheels(machine());
    requireDiskSpace(bytes);
    note("downloading");
    const wheels = prepareWheelFolder(packages);
    const list = join(wheels, "requirements.txt");
    writeFileSync(list, requirementLines(packages));
    const pick = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--no-cache-dir"];
    await pip(["download", ...pick, "--require-hashes", "--dest", wheels, "--requirement", list], {
      activity: "downloading TensorFlow",
      log,
      onLine: (line) => {
        const name = /^(?:Downloading|Saved) (\S+)/.exec(line)?.[1];
        if (name !== undefined) note(`downloading ${name.split("/").at(-1)}`);
      },
    });
    await unpackAll(wheels, note, log);
    rmSync(wheelFolders, { recursive: true, force: true });
  },
};

/**
 * @returns {readonly string[]} the packages, or the reason why there are none; part of the key, so that a
 *   change of LATENT_DEVICE reruns the step
 */
function packagesOrReason() {
  try {
    return nativeWheels(machine()).packages;
  } catch (error) {
    return [String(error)];
  }
}

/**
 * Creates the download folder of a set of packages, and deletes those of other sets, which an interrupted
 * download for another device may have left. Its own contents are kept, because pip resumes from them.
 *
 * @param {readonly string[]} packages
 * @returns {string}
 */
function prepareWheelFolder(packages) {
  const current = digest(packages).slice(0, 12);
  mkdirSync(join(wheelFolders, current), { recursive: true });
  for (const name of readdirSync(wheelFolders).filter((name) => name !== current))
    rmSync(join(wheelFolders, name), { recursive: true });
  return join(wheelFolders, current);
}

/**
 * Unpacks the wheels to a new folder, and replaces the old folders at the end.
 *
 * @param {string} wheels
 * @param {(text: string) => void} note
 * @param {string} log
 */
async function unpackAll(wheels, note, log) {
  const existing = existsSync(folders.native) ? readdirSync(folders.native) : [];
  for (const name of existing.filter((name) => /^(new|old)\.\d+$/.test(name)))
    rmSync(join(folders.native, name), { recursive: true });
  // Named after this process: children of an earlier, killed process may still be writing to their folder.
  const fresh = join(folders.native, `new.${process.pid}`);
  const old = join(folders.native, `old.${process.pid}`);
  for (const folder of [fresh, old]) mkdirSync(folder, { recursive: true });
  for (const wheel of readdirSync(wheels).filter((name) => name.endsWith(".whl"))) {
    note(`unpacking ${wheel}`);
    await unpack(join(wheels, wheel), fresh, wanted, log);
  }
  for (const part of ["tensorflow", "nvidia"]) {
    const place = join(folders.native, part);
    if (existsSync(place)) renameSync(place, join(old, part));
    if (existsSync(join(fresh, part))) renameSync(join(fresh, part), place);
  }
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {number} bytes
 * @throws {SetupError} if the disk has less free space
 */
function requireDiskSpace(bytes) {
  const { bavail, bsize } = statfsSync(checkout);
  if (bavail * bsize >= bytes) return;
  const gigabytes = (/** @type {number} */ count) => `${(count / 1e9).toFixed(1)} GB`;
  throw new SetupError(
    `TensorFlow needs ${gigabytes(bytes)} of disk space, but only ${gigabytes(bavail * bsize)} are free`,
    "free some space and run the same command again",
  );
}
