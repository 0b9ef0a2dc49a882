import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folders } from "./paths.mjs";
import { writeAtomic } from "./write-atomic.mjs";

/**
 * Returns a digest of texts and file contents, on which the result of a step depends.
 *
 * @param {readonly string[]} parts
 * @param {readonly string[]} [files] paths; a missing file also changes the digest
 * @returns {string} hexadecimal SHA-256
 */
export function digest(parts, files = []) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : undefined;
    hash.update(content === undefined ? "missing" : `${content.length}:`);
    if (content !== undefined) hash.update(content);
  }
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @param {RegExp} wanted matches the file names to include
 * @param {readonly string[]} [skipped] names of folders to skip
 * @returns {string[]} the files under a folder, in a fixed order; empty if the folder is missing
 */
export function filesUnder(folder, wanted, skipped = ["node_modules", "dist"]) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : filesUnder(path, wanted, skipped);
    return wanted.test(entry.name) ? [path] : [];
  });
}

/**
 * The record of a step's last run: the key of its inputs and, if an optional step failed, the reason.
 *
 * @typedef {{ key: string, failure?: string }} Stamp
 */

/**
 * @param {string} step the name of a step
 * @returns {string} the path of its stamp
 */
function stampFile(step) {
  return join(folders.setup, `${step}.json`);
}

/**
 * @param {string} step
 * @returns {Stamp | undefined}
 */
export function readStamp(step) {
  try {
    const stamp = JSON.parse(readFileSync(stampFile(step), "utf8"));
    return typeof stamp?.key === "string" ? stamp : undefined;
  } catch {
    return undefined; // missing or incomplete: the step runs again
  }
}

/**
 * @param {string} step
 * @param {Stamp} stamp
 */
export function writeStamp(step, stamp) {
  writeAtomic(stampFile(step), JSON.stringify(stamp));
}

/** @param {string} step */
export function removeStamp(step) {
  rmSync(stampFile(step), { force: true });
}
