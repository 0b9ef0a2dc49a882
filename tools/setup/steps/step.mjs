import { join } from "node:path";
import { folders } from "../system/paths.mjs";

/**
 * A step of the set-up. It runs if its key has changed since its last success, or if an output is missing.
 *
 * @typedef {object} Step
 * @property {string} name the name of its stamp and log files
 * @property {() => string} title the title to display, possibly with the size of a download
 * @property {() => string} key a digest of everything the result depends on
 * @property {readonly string[]} outputs the files that must exist afterwards
 * @property {(note: (text: string) => void) => Promise<void>} run creates the outputs, each completely or not
 *   at all
 * @property {() => void} [place] runs on every set-up: restores an output that another step may have removed
 * @property {boolean} [optional] whether the course works without it
 * @property {string} [product] what is missing if an optional step fails, as a noun
 * @property {string} fallback what still works if the step fails, as a clause
 */

/**
 * @param {string} name the name of a step
 * @returns {string} the path of its log file
 */
export function logOf(name) {
  return join(folders.setup, `${name}.log`);
}
