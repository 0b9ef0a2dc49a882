import { join } from "node:path";
import { folders } from "../system/paths.mjs";

/**
 * One part of set-up. It runs when its key differs from the one it was last done with, or when an output is missing.
 *
 * @typedef {object} Step
 * @property {string} name short, for the stamp and the log
 * @property {() => string} title for people; it may name sizes
 * @property {() => string} key a digest of what the result depends on
 * @property {readonly string[]} outputs what must exist afterwards
 * @property {(note: (text: string) => void) => Promise<void>} run makes the outputs, each whole or not at all
 * @property {() => void} [place] cheap, on every set-up: puts a finished output where another step may have removed it
 * @property {boolean} [optional] whether the course runs without it
 * @property {string} without what still works when the step has failed
 */

/** @param {string} name */
export function logOf(name) {
  return join(folders.setup, `${name}.log`);
}
