/**
 * XLA's cache of compiled functions on disk, which makes the second start of a program several times faster.
 *
 * TensorFlow reads its place from an environment variable when its library loads, and names an entry by the
 * function's name and its operations; so the names of our functions depend on their contents only.
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { arch, cpus } from "node:os";
import { dirname, join } from "node:path";

/** The greatest size of the cache; above it, the oldest entries are deleted down to half of it. */
const LARGEST = 512 * 2 ** 20;

const FLAG = "--tf_xla_persistent_cache_directory";

/**
 * Sets `TF_XLA_FLAGS` for a cache in the course's folder `.cache/xla`, or in the folder that the environment
 * variable `LATENT_XLA_CACHE` names; with `LATENT_XLA_CACHE=0`, outside a checkout, and where the user's own
 * `TF_XLA_FLAGS` name a cache, it sets nothing. A folder that cannot be written to is only read.
 *
 * @param library a file that changes with TensorFlow's version. What was compiled by another version or for
 *   another processor is in a folder of its own.
 */
export function setUpCompileCache(library: string): void {
  const flags = process.env["TF_XLA_FLAGS"] ?? "";
  const place = process.env["LATENT_XLA_CACHE"] ?? defaultPlace();
  if (place === undefined || place === "0" || flags.includes(FLAG)) return;
  try {
    const folder = join(place, keyOf(library));
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    const readOnly = !isWritable(folder);
    if (!readOnly) prune(place, LARGEST);
    process.env["TF_XLA_FLAGS"] = [
      flags,
      `${FLAG}=${folder}`,
      "--tf_xla_persistent_cache_device_types=CPU",
      ...(readOnly ? ["--tf_xla_persistent_cache_read_only=true"] : []),
    ]
      .join(" ")
      .trim();
    current = readOnly ? undefined : folder;
  } catch {
    // Without a cache everything works, only slower.
  }
}

/** The folder of this process's cache, if it has one that it may write to. */
let current: string | undefined;

/**
 * Deletes the entries of the cache, because one of them may be damaged: XLA then compiles anew.
 *
 * @returns whether there were any.
 */
export function clearCompileCache(): boolean {
  if (current === undefined) return false;
  const entries = filesIn(current);
  for (const { path } of entries) rmSync(path, { force: true });
  return entries.length > 0;
}

/** Deletes the oldest files below a folder down to half of `largest` bytes, if they have more than that. */
export function prune(folder: string, largest: number): void {
  const files = filesIn(folder).sort((a, b) => b.time - a.time);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= largest) return;
  while (total > largest / 2) {
    const oldest = files.pop();
    if (oldest === undefined) return;
    rmSync(oldest.path, { force: true });
    total -= oldest.size;
  }
}

interface Entry {
  readonly path: string;
  readonly size: number;
  /** When it was written. */
  readonly time: number;
}

function filesIn(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false }); // another process may have deleted it
    return stats?.isFile() === true ? [{ path, size: stats.size, time: stats.mtimeMs }] : [];
  });
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The course's folder `.cache/xla`, in a parent of this file; undefined outside a checkout. */
function defaultPlace(): string | undefined {
  for (let at = __dirname; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, "tools", "setup", "set-up.mjs"))) return join(at, ".cache", "xla");
  return undefined;
}

/** Identifies TensorFlow's version and the processor's instructions. */
function keyOf(library: string): string {
  const { size, mtimeMs } = statSync(library);
  const identity = [size, mtimeMs, arch(), cpus()[0]?.model, processorFlags()].join("\n");
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

function processorFlags(): string {
  try {
    return /^(?:flags|Features)\s*:.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
  } catch {
    return "";
  }
}
