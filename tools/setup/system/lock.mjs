import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until no other live process holds the lock, then holds it. The lock is a file with the holder's process id; one
 * left behind by a dead process is taken over.
 *
 * @param {string} file
 * @param {(holder: number) => void} onWait called once, when another process is seen to hold it
 * @param {number} [pollMs]
 * @returns {Promise<() => void>} lets go of it
 */
export async function lock(file, onWait, pollMs = 250) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  const release = () => {
    process.off("exit", release);
    rmSync(mine, { force: true });
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  };
  process.on("exit", release);
  writeFileSync(mine, String(process.pid));
  for (let told = false; !linked(mine, file);) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      takeAway(file, holder);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(pollMs);
  }
  rmSync(mine);
  return release;
}

/**
 * Makes the lock appear in one act together with its content.
 *
 * @param {string} mine
 * @param {string} file
 */
function linked(mine, file) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {number | undefined} undefined when it was let go meanwhile
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
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"; // alive, but someone else's
  }
}

/**
 * Removes a dead process's lock. Two may try at once: what was moved away is looked at again and, if another process
 * had just taken the lock, put back.
 *
 * @param {string} file
 * @param {number} dead
 */
function takeAway(file, dead) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== dead) linked(aside, file);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
  rmSync(aside, { force: true });
}
