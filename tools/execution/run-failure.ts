import { stripVTControlCharacters } from "node:util";
import type { ExecuteReply } from "../protocol/start-kernel";

/** Why the run of a notebook failed. */
export interface RunFailure {
  readonly kind: "error" | "timeout" | "died" | "start" | "stopped" | "figure";
  /** The number of the code cell from 1, as in its prompt; absent if no cell was run. */
  readonly cell?: number;
  /** The line in the cell from 1, if known. */
  readonly line?: number;
  /** The text of that line, or the first line of code if the line is not known. */
  readonly source?: string;
  readonly message: string;
}

/** The first line of a cell that is neither empty nor a comment. */
function firstLine(source: string): string {
  return source.split("\n").find((line) => line.trim() !== "" && !line.trim().startsWith("//")) ?? source;
}

/** The first line of cell `number` that a traceback names. */
function lineIn(traceback: readonly string[], number: number): number | undefined {
  const place = new RegExp(`cell \\[${number}\\]:(\\d+):\\d+`);
  const line = place.exec(stripVTControlCharacters(traceback.join("\n")))?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Where a cell failed. */
export function placeOf(
  source: string,
  number: number,
  traceback: readonly string[] = [],
): Pick<RunFailure, "cell" | "line" | "source"> {
  const line = lineIn(traceback, number);
  const text = line === undefined ? undefined : source.split("\n")[line - 1];
  return {
    cell: number,
    ...(line === undefined ? {} : { line }),
    source: (text ?? firstLine(source)).trim(),
  };
}

/** The failure described by a kernel's reply. */
export function replyFailure(reply: ExecuteReply, source: string, number: number): RunFailure {
  return {
    kind: "error",
    ...placeOf(source, number, reply.traceback),
    message: `${reply.ename ?? reply.status}: ${reply.evalue ?? "no reason given"}`,
  };
}

/** Formats a failure with the notebook, the cell, the line and the message. */
export function formatFailure(path: string, { cell, line, source, message }: RunFailure): string {
  const where =
    cell === undefined ? path : `${path}, cell [${cell}]${line === undefined ? "" : `, line ${line}`}`;
  return source === undefined ? `${where}: ${message}` : `${where}: ${message}\n    ${source}`;
}
