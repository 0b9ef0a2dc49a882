import type { Bundle, Notebook, Output } from "./document";
import { isObject, type Json } from "./json";

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
