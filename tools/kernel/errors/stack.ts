import { dirname } from "node:path";
import type { Sources, SourcePlace } from "../source/sources";

const KERNEL = dirname(__dirname);

/** Whether a frame is hidden: those of the kernel, of tslab and of Node.js. */
function isInternal(file: string): boolean {
  return (
    file.startsWith("node:") ||
    file.startsWith(KERNEL) ||
    /[\\/]node_modules[\\/](tslab|@tslab)[\\/]/.test(file)
  );
}

/** A frame of a stack. */
export interface Frame {
  /** The name of the function; empty at the top level of a cell or file. */
  readonly name: string;
  readonly place: SourcePlace;
}

/** Formats a position as in a stack: `cell [3]:2:7`. */
export function formatPlace({ name, line, column }: SourcePlace): string {
  return `${name}:${line}:${column}`;
}

const FRAME = /^ {4}at (?:(.*) \()?(.+):(\d+):(\d+)\)?$/;

/** Parses the frames of a stack that {@link mapStacks} has formatted. */
export function parseStack(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const [, name = "", file, line, column] = FRAME.exec(text) ?? [];
    if (file === undefined || isInternal(file)) return [];
    return [{ name, place: { name: file, line: Number(line), column: Number(column) } }];
  });
}

function describeSite(site: NodeJS.CallSite, sources: Sources): string | undefined {
  const file = site.getFileName()?.replace(/^file:\/\//, "");
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const text = (site as unknown as { readonly toString: () => string }).toString(); // V8 formats the frame
  if (!file || line === null || column === null) return text;
  if (isInternal(file)) return undefined;
  const place = formatPlace(sources.place(file, line, column));
  const at = text.lastIndexOf(`${site.getFileName() ?? file}:${line}:${column}`);
  if (at < 0) return text;
  // The top level of a cell is an anonymous function created by the kernel, so only its position is shown.
  const name = text
    .slice(0, at)
    .replace(/ ?\($/, "")
    .replace(/^(async )?(Proxy|Object)\.(?!<)/, "$1") // the object with the notebook's variables
    .trim();
  return name === "" || name === "async" ? place : `${name} (${place})`;
}

function headingOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/**
 * Makes the `stack` of every error refer to sources: cells by their label, files of this project by their
 * TypeScript. Frames of the kernel and of Node.js are left out.
 */
export function mapStacks(sources: Sources): void {
  Error.stackTraceLimit = 50; // TensorFlow.js alone exceeds Node's default of 10
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.flatMap((site) => describeSite(site, sources) ?? []);
    return [headingOf(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
  };
}
