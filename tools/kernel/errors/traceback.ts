import { isAbsolute, relative } from "node:path";
import { inspect } from "node:util";
import { excerpt, ansi } from "./excerpt";
import type { CellError, RawFrame } from "../threads/thread-messages";
import type { Sources } from "../source/sources";
import { formatPlace, parseStack, type Frame } from "./stack";

/** Stopped by the person: what an interrupted cell fails with. */
export class CellInterrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("the cell was interrupted");
  }
}

/** Places in cells of which the lines are shown; further ones are only named. */
const EXCERPTS = 2;
const CAUSES = 3;

/** An error, also one with fields of unusual types. */
interface ErrorLike {
  readonly name?: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const isErrorLike = (value: unknown): value is ErrorLike =>
  value instanceof Error ||
  (typeof value === "object" && value !== null && "message" in value && "stack" in value);

const nameOf = ({ name }: ErrorLike): string => (typeof name === "string" && name !== "" ? name : "Error");

/** The installed package that a frame belongs to, `@scope/name`. */
const packageOf = ({ place }: Frame): string | undefined =>
  /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(place.name)?.[1];

const frameLine = ({ name, place }: Frame): string => {
  const shown = isAbsolute(place.name) ? { ...place, name: relative(process.cwd(), place.name) } : place;
  return name === "" ? formatPlace(shown) : `${name} (${formatPlace(shown)})`;
};

/** Frames next to each other, all inside packages or each on its own. */
const groupFrames = (frames: readonly Frame[]): Frame[][] => {
  const groups: Frame[][] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last?.[0] && packageOf(last[0]) !== undefined && packageOf(frame) !== undefined) last.push(frame);
    else groups.push([frame]);
  }
  return groups;
};

/** The frames as text: cells with their lines, a stretch inside packages as one line. */
const frameLines = (frames: readonly Frame[], sources: Sources): string[] => {
  let shown = 0;
  return groupFrames(frames).flatMap((group) => {
    const [frame] = group;
    if (!frame) return [];
    if (packageOf(frame) !== undefined) {
      const packages = [...new Set(group.map(packageOf))].join(", ");
      const count = group.length === 1 ? frame.name : `${group.length} frames`;
      return [ansi.faint(`  at ${count} in ${packages}`)];
    }
    const lines = shown < EXCERPTS ? sources.lines(frame.place.name) : undefined;
    if (!lines) return [ansi.faint(`  at ${frameLine(frame)}`)];
    shown += 1;
    const { line, column } = frame.place;
    return [`  at ${ansi.strong(frameLine(frame))}`, ...excerpt(lines, line, column)];
  });
};

/** An error, its frames, and the errors that caused it. */
const describeError = (error: ErrorLike, sources: Sources, depth: number): string[] => {
  const frames = typeof error.stack === "string" ? parseStack(error.stack) : [];
  const out = [`${ansi.error(nameOf(error))}: ${String(error.message)}`, ...frameLines(frames, sources)];
  if (depth >= CAUSES) return out;
  const inner = Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  const causes = [...inner, ...(error.cause === undefined ? [] : [error.cause])].slice(0, CAUSES);
  const described = causes.flatMap((cause) => [
    "",
    "caused by",
    ...(isErrorLike(cause) ? describeError(cause, sources, depth + 1) : [inspect(cause)]),
  ]);
  return [...out, ...described];
};

/** What a cell that threw `thrown` fails with: the error, the cell's own lines, no frames of the kernel. */
export const describeThrown = (thrown: unknown, sources: Sources): CellError => {
  if (isErrorLike(thrown)) {
    const traceback = describeError(thrown, sources, 0);
    return { ename: nameOf(thrown), evalue: String(thrown.message), traceback };
  }
  const value = typeof thrown === "string" ? thrown : inspect(thrown);
  return {
    ename: "Thrown",
    evalue: value,
    traceback: [
      `${ansi.error("Thrown")}: ${value}`,
      "  (only an Error knows the line that it was thrown from: throw new Error(…))",
    ],
  };
};

/** What an interrupted cell fails with; `frames` says where it was, where that is known. */
export const describeInterrupted = (frames: readonly RawFrame[], sources: Sources): CellError => {
  const { name, message } = new CellInterrupted();
  const places = frames.map((frame) => ({
    name: frame.name,
    place: sources.place(frame.file, frame.line, frame.column),
  }));
  return {
    ename: name,
    evalue: message,
    traceback: [`${ansi.error(name)}: ${message}`, ...frameLines(places, sources)],
  };
};
