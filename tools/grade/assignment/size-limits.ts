import { isFlat } from "../channel/read-message";
import type { Notebook } from "../../notebook/document";

const MIB = 1024 ** 2;

/** The largest submission: characters of the file, arrays and objects in it, and levels of these. */
const MAX_FILE = { characters: 32 * MIB, containers: 200_000, levels: 100 };
const MAX_CELLS = 2000;
/** In characters. */
const MAX_CELL = 200_000;
const MAX_LINE = 20_000;

function fail(where: string, problem: string): never {
  throw new Error(`${where} is too large to be graded: ${problem}`);
}

/**
 * Checks the size of a submitted file before it is parsed.
 *
 * @throws if it is larger than any notebook that a student writes.
 */
export function checkFileSize(text: string, where: string): void {
  if (text.length > MAX_FILE.characters)
    fail(where, `at most ${MAX_FILE.characters / MIB} million characters; clear the notebook's outputs`);
  if (!isFlat(text, MAX_FILE))
    fail(
      where,
      `at most ${MAX_FILE.containers} lists and objects in ${MAX_FILE.levels} levels; clear the outputs`,
    );
}

/**
 * Checks the size of the cells of a submission.
 *
 * @throws if there are too many, or one is too long.
 */
export function checkCellSizes({ cells }: Notebook, where: string): void {
  if (cells.length > MAX_CELLS) fail(where, `at most ${MAX_CELLS} cells, got ${cells.length}`);
  for (const [index, { source, cell_type: type }] of cells.entries()) {
    if (type !== "code") continue;
    const at = `cell ${index + 1} must have at most`;
    if (source.length > MAX_CELL) fail(where, `${at} ${MAX_CELL} characters, got ${source.length}`);
    const longest = source.split("\n").reduce((most, line) => Math.max(most, line.length), 0);
    if (longest > MAX_LINE) fail(where, `${at} ${MAX_LINE} characters in a line, got ${longest}`);
  }
}
