import type { Bundle, Notebook, Output } from "./document";
import { isObject, type Json } from "./json";

function lines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** Stores text as lists of lines for readable diffs; images and JSON stay as they are. */
function storedBundle(bundle: Bundle): Json {
  return Object.fromEntries(
    Object.entries(bundle).map(([mime, value]) => [
      mime,
      typeof value === "string" && (mime.startsWith("text/") || mime === "image/svg+xml")
        ? lines(value)
        : value,
    ]),
  );
}

function storedOutput(output: Output): Json {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  return output.output_type === "error" ? { ...output } : { ...output, data: storedBundle(output.data) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

/** The text of a notebook file, formatted as Jupyter formats it (nbformat 4.5). */
export function serializeNotebook({ metadata, cells }: Notebook): string {
  const stored = cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.outputs ? { outputs: cell.outputs.map(storedOutput) } : {}),
  }));
  const notebook = { cells: stored, metadata, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(notebook, sortedKeys, 1)}\n`;
}
