import type { Diagnostic } from "tslab/dist/converter";
import { excerpt, ansi } from "./excerpt";
import type { CellError } from "../threads/thread-messages";

/** Errors shown with their lines; the rest is counted. */
const SHOWN = 5;

/** One complaint of TypeScript with the lines of explanation that follow it. */
interface Complaint {
  readonly first: Diagnostic;
  readonly explanations: readonly string[];
}

const samePlace = (a: Diagnostic, b: Diagnostic): boolean =>
  a.start.offset === b.start.offset && a.end.offset === b.end.offset && a.start.line === b.start.line;

/** tslab hands out a complaint and its explanations one after the other, at the same place. */
const groupComplaints = (diagnostics: readonly Diagnostic[]): Complaint[] => {
  const groups: { first: Diagnostic; explanations: string[] }[] = [];
  for (const diagnostic of diagnostics) {
    const last = groups.at(-1);
    if (last && samePlace(last.first, diagnostic)) last.explanations.push(diagnostic.messageText);
    else groups.push({ first: diagnostic, explanations: [] });
  }
  return groups;
};

const place = ({ first }: Complaint, label: string): string =>
  `${first.fileName ?? label}:${first.start.line + 1}:${first.start.character + 1}`;

const describe = (complaint: Complaint, label: string, lines: readonly string[]): string[] => {
  const { first, explanations } = complaint;
  const { start, end } = first;
  const width = end.line === start.line ? end.character - start.character : Number.POSITIVE_INFINITY;
  return [
    `${first.messageText} ${ansi.faint(`(TS${first.code})`)}`,
    ...explanations.map((text) => `  ${text}`),
    `  at ${ansi.strong(place(complaint, label))}`,
    ...(first.fileName === undefined ? excerpt(lines, start.line + 1, start.character + 1, width) : []),
  ];
};

/**
 * The failure of a cell that TypeScript refuses, with the offending lines.
 *
 * @param label the cell's label, `cell [3]`.
 * @param diagnostics what TypeScript said; at least one.
 */
export const typeScriptFailure = (
  diagnostics: readonly Diagnostic[],
  label: string,
  source: string,
): CellError => {
  const complaints = groupComplaints(diagnostics);
  const lines = source.split("\n");
  const blocks = complaints.slice(0, SHOWN).flatMap((complaint, i) => {
    const [head = "", ...rest] = describe(complaint, label, lines);
    return [...(i > 0 ? [""] : []), `${ansi.error("TypeScriptError")}: ${head}`, ...rest];
  });
  const more = complaints.length - SHOWN;
  const first = complaints[0];
  const others = complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : "";
  return {
    ename: "TypeScriptError",
    evalue: first ? `${place(first, label)} - ${first.first.messageText}${others}` : "the cell was refused",
    traceback: [...blocks, ...(more > 0 ? ["", `… and ${more} more errors`] : [])],
  };
};
