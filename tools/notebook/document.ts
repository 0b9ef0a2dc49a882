import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Overrides } from "./parameters";

/** A JSON object of a notebook whose fields this program does not interpret. */
export type Json = Readonly<Record<string, unknown>>;

/** A MIME bundle: one value in several representations. */
export type Bundle = Readonly<Record<string, unknown>>;

/** An output of a code cell (nbformat 4). */
export type Output =
  | { readonly output_type: "stream"; readonly name: string; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: Bundle; readonly metadata: Json }
  | {
      readonly output_type: "execute_result";
      readonly data: Bundle;
      readonly metadata: Json;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** A cell; `outputs` and `execution_count` are there on code cells. */
export interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly metadata: Json;
  readonly source: string;
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
  readonly attachments?: Json;
}

/** A notebook in memory: sources and texts as single strings. */
export interface Notebook {
  readonly metadata: Json;
  readonly cells: readonly Cell[];
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
 * The notebook in a file.
 *
 * @throws as {@link parseNotebook}, and when the file cannot be read.
 */
export const readNotebook = (path: string): Notebook => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return fail(path, `cannot be read: ${(error as Error).message}`);
  }
  return parseNotebook(text, path);
};

/** Whether a cell carries a tag. */
export const hasTag = ({ metadata }: Cell, tag: string): boolean =>
  Array.isArray(metadata["tags"]) && (metadata["tags"] as unknown[]).includes(tag);

/** The parameters of a notebook's smoke mode, from its own metadata (`latent.smoke`). */
export const smokeParameters = ({ metadata }: Notebook): Overrides | undefined => {
  const { latent } = metadata;
  const smoke = isObject(latent) ? latent["smoke"] : undefined;
  return isObject(smoke) ? smoke : undefined;
};

const lines = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));

/** Texts are stored as lists of lines, for readable differences; pictures and JSON are not. */
const storedBundle = (bundle: Bundle): Json =>
  Object.fromEntries(
    Object.entries(bundle).map(([mime, value]) => [
      mime,
      typeof value === "string" && (mime.startsWith("text/") || mime === "image/svg+xml")
        ? lines(value)
        : value,
    ]),
  );

const storedOutput = (output: Output): Json => {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  return output.output_type === "error" ? { ...output } : { ...output, data: storedBundle(output.data) };
};

const sortedKeys = (_key: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** The text of the notebook's file, laid out as Jupyter itself writes it (nbformat 4.5). */
export const serializeNotebook = ({ metadata, cells }: Notebook): string => {
  const stored = cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.outputs ? { outputs: cell.outputs.map(storedOutput) } : {}),
  }));
  const notebook = { cells: stored, metadata, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(notebook, sortedKeys, 1)}\n`;
};
