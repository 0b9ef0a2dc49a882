import { convertCell, type Converter } from "../source/convert-cell";

/** Milliseconds without a cell after which the kernel is considered idle. */
const IDLE = 500;

/** What nearly all first cells do. */
const FIRST_CELL = [
  'import { tf } from "latent";',
  'import "latent/models";',
  'import "latent/plot";',
  "tf.zeros([2]).add(1).sum();",
].join("\n");

/**
 * Reads the declarations of the library once the kernel is idle, so that a first cell that imports it need
 * not: that takes most of the time before its code runs.
 *
 * @returns a function that gives it up, for when a cell comes first.
 */
export function prepareLibrary(converter: Converter): () => void {
  const timer = setTimeout(() => {
    try {
      convertCell(converter, "", FIRST_CELL);
    } catch {
      // a folder without the library; a cell that imports it will say so
    }
  }, IDLE).unref();
  return () => clearTimeout(timer);
}
