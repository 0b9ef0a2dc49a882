import type { Diagnostic } from "tslab/dist/converter";
import { excerpt, ansi } from "./excerpt";
import type { CellError } from "../threads/thread-messages";

/** The number of errors shown with their lines; the others are counted. */
const MAX_SHOWN = 5;

/** A TypeScript error with its explanations. */
interface TypeScriptError {
  readonly first: Diagnostic;
  readonly explanations: readonly string[];
}

function samePlace(a: Diagnostic, b: Diagnostic): boolean {
  return a.start.offset === b.start.offset && a.end.offset === b.end.offset && a.start.line === b.start.line;
}

/** Groups errors with their explanations, which tslab returns after the error, at the same position. */
function groupDiagnostics(diagnostics: readonly Diagnostic[]): TypeScriptError[] {
  const groups: { first: Diagnostic; explanations: string[] }[] = [];
  for (const diagnostic of diagnostics) {
    const last = groups.at(-1);
    if (last && samePlace(last.first, diagnostic)) last.explanations.push(diagnostic.messageText);
    else groups.push({ first: diagnostic, explanations: [] });
  }
  return groups;
}

function place({ first }: TypeScriptError, label: string): string {
  return `${first.fileName ?? label}:${first.start.line + 1}:${first.start.character + 1}`;
}

function describe(error: TypeScriptError, label: string, lines: readonly string[]): string[] {
  const { first, explanations } = error;
  const { start, end } = first;
  const width = end.line === start.line ? end.character - start.character : Number.POSITIVE_INFINITY;
  return [
    `${first.messageText} ${ansi.faint(`(TS${first.code})`)}`,
    ...explanations.map((text) => `  ${text}`),
    `  at ${ansi.strong(place(error, label))}`,
    ...(first.fileName === undefined ? excerpt(lines, start.line + 1, start.character + 1, width) : []),
  ];
}

/**
 * The error of a cell with type errors, with the lines of the errors.
 *
 * @param diagnostics TypeScript's diagnostics, at least one.
 * @param label the label of the cell, such as `cell [3]`.
 */
export function typeScriptFailure(
  diagnostics: readonly Diagnostic[],
  label: string,
  source: string,
): CellError {
  const errors = groupDiagnostics(diagnostics);
  const lines = source.split("\n");
  const blocks = errors.slice(0, MAX_SHOWN).flatMap((error, i) => {
    const [head = "", ...rest] = describe(error, label, lines);
    return [...(i > 0 ? [""] : []), `${ansi.error("TypeScriptError")}: ${head}`, ...rest];
  });
  const more = errors.length - MAX_SHOWN;
  const first = errors[0];
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return {
    ename: "TypeScriptError",
    evalue: first
      ? `${place(first, label)} - ${first.first.messageText}${others}`
      : "the cell has type errors",
    traceback: [...blocks, ...(more > 0 ? ["", `… and ${more} more errors`] : [])],
  };
}
