import { stripVTControlCharacters } from "node:util";
import type { ExecuteReply } from "../protocol/start-kernel";

/** Why a notebook did not pass. */
export interface RunFailure {
  readonly kind: "error" | "timeout" | "died" | "start" | "stopped" | "figure";
  /** The number of the code cell, counted from 1, as its prompt shows it; absent before the first. */
  readonly cell?: number;
  /** The line of the cell, counted from 1, where it is known. */
  readonly line?: number;
  /** That line's text; the cell's first line of code where it is not known. */
  readonly source?: string;
  readonly message: string;
}

/** The first line of a cell that is neither empty nor a comment. */
const firstLine = (source: string): string =>
  source.split("\n").find((line) => line.trim() !== "" && !line.trim().startsWith("//")) ?? source;

/** The line of cell `number` that a traceback names first. */
const lineIn = (traceback: readonly string[], number: number): number | undefined => {
  const place = new RegExp(`cell \\[${number}\\]:(\\d+):\\d+`);
  const line = place.exec(stripVTControlCharacters(traceback.join("\n")))?.[1];
  return line === undefined ? undefined : Number(line);
};

/** Where a cell failed. */
export const placeOf = (
  source: string,
  number: number,
  traceback: readonly string[] = [],
): Pick<RunFailure, "cell" | "line" | "source"> => {
  const line = lineIn(traceback, number);
  const text = line === undefined ? undefined : source.split("\n")[line - 1];
  return {
    cell: number,
    ...(line === undefined ? {} : { line }),
    source: (text ?? firstLine(source)).trim(),
  };
};

/** The failure that a kernel's reply tells of. */
export const replyFailure = (reply: ExecuteReply, source: string, number: number): RunFailure => ({
  kind: "error",
  ...placeOf(source, number, reply.traceback),
  message: `${reply.ename ?? reply.status}: ${reply.evalue ?? "no reason given"}`,
});

/** One sentence with the notebook, the cell, the line and what happened. */
export const formatFailure = (path: string, { cell, line, source, message }: RunFailure): string => {
  const where =
    cell === undefined ? path : `${path}, cell [${cell}]${line === undefined ? "" : `, line ${line}`}`;
  return source === undefined ? `${where}: ${message}` : `${where}: ${message}\n    ${source}`;
};
