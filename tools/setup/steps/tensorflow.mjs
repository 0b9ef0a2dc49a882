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

/** Of TensorFlow the libraries and headers; of CUDA the libraries and what they start. */
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

/** TensorFlow's shared libraries out of its Python wheel. @type {import("./step.mjs").Step} */
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
  without: "notebooks run on the wasm backend, several times slower",
  async run(note) {
    const log = logOf(tensorflow.name);
    const { packages, bytes } = nativeWheels(machine());
    requireRoom(bytes);
    note("downloading");
    const wheels = emptyOthers(packages);
    const list = join(wheels, "requirements.txt");
    writeFileSync(list, requirementLines(packages));
    const pick = ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--no-cache-dir"];
    await pip(["download", ...pick, "--require-hashes", "--dest", wheels, "--requirement", list], {
      doing: "downloading TensorFlow",
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

/** The key also tells apart why there is no library, so that a change of mind about LATENT_DEVICE counts. */
function packagesOrReason() {
  try {
    return nativeWheels(machine()).packages;
  } catch (error) {
    return [String(error)];
  }
}

/**
 * The folder for the wheels of these packages, and of no others: a download for another device may have been interrupted
 * before. What lies beside it goes, that of this one stays, for pip goes on from there.
 *
 * @param {readonly string[]} packages
 * @returns {string}
 */
function emptyOthers(packages) {
  const mine = digest(packages).slice(0, 12);
  mkdirSync(join(wheelFolders, mine), { recursive: true });
  for (const name of readdirSync(wheelFolders).filter((name) => name !== mine))
    rmSync(join(wheelFolders, name), { recursive: true });
  return join(wheelFolders, mine);
}

/**
 * Unpacks beside the old folders and swaps them at the end.
 *
 * @param {string} wheels
 * @param {(text: string) => void} note
 * @param {string} log
 */
async function unpackAll(wheels, note, log) {
  const leftOver = existsSync(folders.native) ? readdirSync(folders.native) : [];
  for (const name of leftOver.filter((name) => /^(new|old)\.\d+$/.test(name)))
    rmSync(join(folders.native, name), { recursive: true });
  // Named after this process: what an earlier one that was killed has left running writes elsewhere.
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

/** @param {number} bytes */
function requireRoom(bytes) {
  const { bavail, bsize } = statfsSync(checkout);
  if (bavail * bsize >= bytes) return;
  const gigabytes = (/** @type {number} */ count) => `${(count / 1e9).toFixed(1)} GB`;
  throw new SetupError(
    `the disk has ${gigabytes(bavail * bsize)} free and TensorFlow needs ${gigabytes(bytes)}`,
    "free some space",
  );
}
