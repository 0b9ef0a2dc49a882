import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Acquires a lock, waiting while another live process holds it. The lock is a file with the holder's process
 * id; a lock left by a dead process is replaced.
 *
 * @param {string} file
 * @param {(holder: number) => void} onWait called once if another process holds the lock
 * @param {number} [pollMs]
 * @returns {Promise<() => void>} a function that releases the lock
 */
export async function lock(file, onWait, pollMs = 250) {
  mkdirSync(dirname(file), { recursive: true });
  const candidate = `${file}.${process.pid}`;
  const release = () => {
    process.off("exit", release);
    rmSync(candidate, { force: true });
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  };
  process.on("exit", release);
  writeFileSync(candidate, String(process.pid));
  for (let isWaiting = false; !tryLink(candidate, file);) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      removeStale(file, holder);
      continue;
    }
    if (!isWaiting) onWait(holder);
    isWaiting = true;
    await sleep(pollMs);
  }
  rmSync(candidate);
  return release;
}

/**
 * Creates the lock file atomically with its content.
 *
 * @param {string} candidate a file with this process's id
 * @param {string} file
 * @returns {boolean} false if the lock file already exists
 */
function tryLink(candidate, file) {
  try {
    linkSync(candidate, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {number | undefined} undefined if the lock has been released
 */
function holderOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"; // alive, but owned by another user
  }
}

/**
 * Removes the lock of a dead process. Two processes may try this at the same time, so the lock is moved
 * aside, read again, and restored if another process has acquired it meanwhile.
 *
 * @param {string} file
 * @param {number} dead
 */
function removeStale(file, dead) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== dead) tryLink(aside, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
  rmSync(aside, { force: true });
}
