import type { Bundle, Notebook, Output } from "./document";
import { isObject, type Json } from "./json";
import { joined, parseNotebook, readText } from "./read";

const object = (value: unknown): Json => (isObject(value) ? value : {});

/** Texts and pictures may be stored as lists of lines; JSON is what it is. */
const bundle = (data: unknown): Bundle =>
  Object.fromEntries(
    Object.entries(object(data)).map(([mime, value]) => [
      mime,
      /^(text|image)\//.test(mime) ? (joined(value) ?? value) : value,
    ]),
  );

const text = (value: unknown): string => joined(value) ?? "";

const parseOutput = (value: unknown): Output[] => {
  const output = object(value);
  const shown = { data: bundle(output["data"]), metadata: object(output["metadata"]) };
  switch (output["output_type"]) {
    case "stream":
      return [{ output_type: "stream", name: text(output["name"]), text: text(output["text"]) }];
    case "display_data":
      return [{ output_type: "display_data", ...shown }];
    case "execute_result":
      return [
        { output_type: "execute_result", ...shown, execution_count: Number(output["execution_count"]) },
      ];
    case "error": {
      const traceback = Array.isArray(output["traceback"]) ? output["traceback"].map(text) : [];
      const [ename, evalue] = [text(output["ename"]), text(output["evalue"])];
      return [{ output_type: "error", ename, evalue, traceback }];
    }
    default:
      return [];
  }
};

/**
 * The notebook in `text` with the outputs that lie in it; outputs of a kind that nbformat 4 does not know are left out.
 *
 * @param path what errors call it.
 * @throws as {@link parseNotebook}.
 */
export const parseExecuted = (text: string, path: string): Notebook => {
  const notebook = parseNotebook(text, path);
  const stored = (JSON.parse(text) as { readonly cells: readonly Json[] }).cells;
  const cells = notebook.cells.map((cell, index) => {
    const { outputs, execution_count: count } = stored[index] ?? {};
    if (cell.cell_type !== "code") return cell;
    return {
      ...cell,
      outputs: Array.isArray(outputs) ? outputs.flatMap(parseOutput) : [],
      execution_count: typeof count === "number" ? count : null,
    };
  });
  return { ...notebook, cells };
};

/**
 * The notebook in a file with the outputs that lie in it.
 *
 * @throws as {@link parseNotebook}, and when the file cannot be read.
 */
export const readExecuted = (path: string): Notebook => parseExecuted(readText(path), path);
