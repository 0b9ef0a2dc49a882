import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Cell, Notebook } from "./document";
import { isObject, type Json } from "./json";

/** A text of a notebook's file, which may be stored as a list of its lines; undefined when it is neither. */
export const joined = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
};

const fail = (path: string, why: string): never => {
  throw new Error(`${path} ${why}`);
};

const parseCell = (value: unknown, index: number, path: string): Cell => {
  const source = isObject(value) ? joined(value["source"]) : undefined;
  if (!isObject(value) || typeof value["cell_type"] !== "string" || source === undefined)
    return fail(path, `is not a valid notebook: cell ${index + 1} has no cell_type or source`);
  const { id, metadata, attachments } = value;
  const type = value["cell_type"];
  return {
    id: typeof id === "string" ? id : randomBytes(4).toString("hex"),
    cell_type: type,
    metadata: isObject(metadata) ? metadata : {},
    source,
    ...(isObject(attachments) ? { attachments } : {}),
    ...(type === "code" ? { outputs: [], execution_count: null } : {}),
  };
};

/** The language that a notebook's metadata names. */
const languageOf = (metadata: Json): unknown => {
  const { kernelspec, language_info: info } = metadata;
  const named = isObject(kernelspec) ? kernelspec["language"] : undefined;
  return named ?? (isObject(info) ? info["name"] : undefined);
};

/**
 * The notebook in `text`, without its outputs.
 *
 * @param path what errors call it.
 * @throws when it is no JSON, no notebook of nbformat 4, or not written in TypeScript.
 */
export const parseNotebook = (text: string, path: string): Notebook => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(path, `is not a notebook: it is not JSON (${(error as Error).message})`);
  }
  if (!isObject(value) || value["nbformat"] === undefined)
    return fail(path, "is not a notebook: it has no nbformat");
  if (value["nbformat"] !== 4)
    return fail(
      path,
      `has nbformat ${JSON.stringify(value["nbformat"])}, only 4 is supported; save it once in JupyterLab`,
    );
  if (!Array.isArray(value["cells"])) return fail(path, "is not a valid notebook: it has no list of cells");
  const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
  const language = languageOf(metadata);
  if (language !== "typescript")
    return fail(
      path,
      `is not a TypeScript notebook: its metadata names ${JSON.stringify(language ?? "no language")}`,
    );
  return { metadata, cells: value["cells"].map((cell, i) => parseCell(cell, i, path)) };
};

/**
 * The text of a notebook's file.
 *
 * @throws when the file cannot be read.
 */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * The notebook in a file.
 *
 * @throws as {@link parseNotebook}, and when the file cannot be read.
 */
export const readNotebook = (path: string): Notebook => parseNotebook(readText(path), path);
