import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cell, Notebook } from "./document";
import { isObject, type Json } from "./json";

/** The text of a field that nbformat stores as a string or a list of lines; undefined for any other value. */
export function joined(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
}

function fail(path: string, why: string): never {
  throw new Error(`${path} ${why}`);
}

/** The length of a generated id, in hexadecimal digits. */
const ID_LENGTH = 8;

/**
 * Returns an id for a cell that has none (nbformat 4.4 and older). It depends only on the cell's type and
 * source and on the number of equal cells above it, so that reading a file twice gives the same ids.
 */
function derivedId(type: string, source: string, taken: ReadonlySet<string>): string {
  for (let copy = 0; ; copy++) {
    const hash = createHash("sha256").update(`${type}\0${copy}\0${source}`).digest("hex");
    const id = hash.slice(0, ID_LENGTH);
    if (!taken.has(id)) return id;
  }
}

/** Returns the ids that a file gives to its cells. */
function givenIds(cells: readonly unknown[]): string[] {
  return cells.flatMap((cell) => (isObject(cell) && typeof cell["id"] === "string" ? [cell["id"]] : []));
}

/** Parses the cells of a notebook, and gives ids to those that have none. */
function parseCells(stored: readonly unknown[], path: string): Cell[] {
  const taken = new Set(givenIds(stored));
  return stored.map((value, index) => {
    const { id, ...cell } = parseCell(value, index, path);
    if (id !== undefined) return { id, ...cell };
    const derived = derivedId(cell.cell_type, cell.source, taken);
    taken.add(derived);
    return { id: derived, ...cell };
  });
}

type StoredCell = Omit<Cell, "id"> & { readonly id?: string };

function parseCell(value: unknown, index: number, path: string): StoredCell {
  const source = isObject(value) ? joined(value["source"]) : undefined;
  if (!isObject(value) || typeof value["cell_type"] !== "string" || source === undefined)
    return fail(path, `is not a valid notebook: cell ${index + 1} has no cell_type or source`);
  const { id, metadata, attachments } = value;
  const type = value["cell_type"];
  return {
    ...(typeof id === "string" ? { id } : {}),
    cell_type: type,
    metadata: isObject(metadata) ? metadata : {},
    source,
    ...(isObject(attachments) ? { attachments } : {}),
    ...(type === "code" ? { outputs: [], execution_count: null } : {}),
  };
}

/** The language named in the notebook's metadata. */
function languageOf(metadata: Json): unknown {
  const { kernelspec, language_info: info } = metadata;
  const named = isObject(kernelspec) ? kernelspec["language"] : undefined;
  return named ?? (isObject(info) ? info["name"] : undefined);
}

/** The mark with which some editors of Windows begin a text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * Parses a notebook, whatever language its metadata names, and drops its outputs. Editors that do not know
 * the kernel change or remove that name.
 *
 * @param path named in error messages.
 * @throws if the text is not JSON, or not a notebook of nbformat 4.
 */
export function parseNotebookOfAnyLanguage(text: string, path: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(BYTE_ORDER_MARK, ""));
  } catch (error) {
    return fail(path, `is not a notebook: invalid JSON (${(error as Error).message})`);
  }
  if (!isObject(value) || value["nbformat"] === undefined)
    return fail(path, "is not a notebook: nbformat is missing");
  if (value["nbformat"] !== 4)
    return fail(
      path,
      `has nbformat ${JSON.stringify(value["nbformat"])}, but only 4 is supported; ` +
        "open and save it in JupyterLab",
    );
  if (!Array.isArray(value["cells"]))
    return fail(path, "is not a valid notebook: cells is missing or not a list");
  const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
  return { metadata, cells: parseCells(value["cells"], path) };
}

/**
 * Parses a notebook and drops its outputs.
 *
 * @param path named in error messages.
 * @throws if the text is not JSON, not a notebook of nbformat 4, or not a TypeScript notebook.
 */
export function parseNotebook(text: string, path: string): Notebook {
  const notebook = parseNotebookOfAnyLanguage(text, path);
  const language = languageOf(notebook.metadata);
  if (language !== "typescript")
    return fail(
      path,
      `is not a TypeScript notebook: its metadata names the language ${JSON.stringify(language ?? "none")}`,
    );
  return notebook;
}

/**
 * Reads the text of a notebook file.
 *
 * @throws if the file cannot be read.
 */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a notebook from a file and drops its outputs.
 *
 * @throws if the file cannot be read, or as {@link parseNotebook} does.
 */
export function readNotebook(path: string): Notebook {
  return parseNotebook(readText(path), path);
}
