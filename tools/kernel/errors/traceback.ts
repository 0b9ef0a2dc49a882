import { isAbsolute, relative } from "node:path";
import { inspect } from "node:util";
import { excerpt, ansi } from "./excerpt";
import type { CellError, RawFrame } from "../threads/thread-messages";
import type { Sources } from "../source/sources";
import { formatPlace, parseStack, type Frame } from "./stack";

/** The error of a cell that the user has interrupted. */
export class CellInterrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("the cell was interrupted");
  }
}

/** The number of frames in cells that are shown with their lines. */
const MAX_EXCERPTS = 2;

/** The number of nested causes that are shown, in breadth and depth. */
const MAX_CAUSES = 3;

/** An error whose fields can have any type. */
interface ErrorLike {
  readonly name?: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return (
    value instanceof Error ||
    (typeof value === "object" && value !== null && "message" in value && "stack" in value)
  );
}

function nameOf({ name }: ErrorLike): string {
  return typeof name === "string" && name !== "" ? name : "Error";
}

/** The installed package that a frame is in, such as `@scope/name`. */
function packageOf({ place }: Frame): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(place.name)?.[1];
}

function frameLine({ name, place }: Frame): string {
  const shown = isAbsolute(place.name) ? { ...place, name: relative(process.cwd(), place.name) } : place;
  return name === "" ? formatPlace(shown) : `${name} (${formatPlace(shown)})`;
}

/** Groups consecutive frames inside packages; every other frame is its own group. */
function groupFrames(frames: readonly Frame[]): Frame[][] {
  const groups: Frame[][] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last?.[0] && packageOf(last[0]) !== undefined && packageOf(frame) !== undefined) last.push(frame);
    else groups.push([frame]);
  }
  return groups;
}

/** Formats frames: cells with their lines, consecutive frames inside packages as one line. */
function frameLines(frames: readonly Frame[], sources: Sources): string[] {
  let shown = 0;
  return groupFrames(frames).flatMap((group) => {
    const [frame] = group;
    if (!frame) return [];
    if (packageOf(frame) !== undefined) {
      const packages = [...new Set(group.map(packageOf))].join(", ");
      const count = group.length === 1 ? frame.name : `${group.length} frames`;
      return [ansi.faint(`  at ${count} in ${packages}`)];
    }
    const lines = shown < MAX_EXCERPTS ? sources.lines(frame.place.name) : undefined;
    if (!lines) return [ansi.faint(`  at ${frameLine(frame)}`)];
    shown += 1;
    const { line, column } = frame.place;
    return [`  at ${ansi.strong(frameLine(frame))}`, ...excerpt(lines, line, column)];
  });
}

/** Formats an error with its frames and causes. */
function describeError(error: ErrorLike, sources: Sources, depth: number): string[] {
  const frames = typeof error.stack === "string" ? parseStack(error.stack) : [];
  const out = [`${ansi.error(nameOf(error))}: ${String(error.message)}`, ...frameLines(frames, sources)];
  if (depth >= MAX_CAUSES) return out;
  const inner = Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  const causes = [...inner, ...(error.cause === undefined ? [] : [error.cause])].slice(0, MAX_CAUSES);
  const described = causes.flatMap((cause) => [
    "",
    "caused by",
    ...(isErrorLike(cause) ? describeError(cause, sources, depth + 1) : [inspect(cause)]),
  ]);
  return [...out, ...described];
}

/** The error of a cell that threw `thrown`, with the lines of the cell and without frames of the kernel. */
export function describeThrown(thrown: unknown, sources: Sources): CellError {
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
      "  (only an Error has a line number: throw new Error(…))",
    ],
  };
}

/** The error of an interrupted cell; `frames` is its stack, empty if it is not known. */
export function describeInterrupted(frames: readonly RawFrame[], sources: Sources): CellError {
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
}
