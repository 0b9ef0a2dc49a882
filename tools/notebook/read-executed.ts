import type { Bundle, Notebook, Output } from "./document";
import { isObject, type Json } from "./json";
import { joined, parseNotebook, readText } from "./read";

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** Joins text and images that are stored as lists of lines; JSON stays as it is. */
function bundle(data: unknown): Bundle {
  return Object.fromEntries(
    Object.entries(object(data)).map(([mime, value]) => [
      mime,
      /^(text|image)\//.test(mime) ? (joined(value) ?? value) : value,
    ]),
  );
}

function text(value: unknown): string {
  return joined(value) ?? "";
}

function parseOutput(value: unknown): Output[] {
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
}

/**
 * Parses a notebook with its stored outputs; skips output types that are not in nbformat 4.
 *
 * @param path named in error messages.
 * @throws as {@link parseNotebook} does.
 */
export function parseExecuted(text: string, path: string): Notebook {
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
}

/**
 * Reads a notebook with its stored outputs from a file.
 *
 * @throws if the file cannot be read, or as {@link parseNotebook} does.
 */
export function readExecuted(path: string): Notebook {
  return parseExecuted(readText(path), path);
}
