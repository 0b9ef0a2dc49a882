import { dirname } from "node:path";
import type { Sources, SourcePlace } from "../source/sources";

/** The folders and files whose frames say nothing about a cell: the kernel itself, tslab and Node.js. */
const KERNEL = dirname(__dirname);
const isInternal = (file: string): boolean =>
  file.startsWith("node:") ||
  file.startsWith(KERNEL) ||
  /[\\/]node_modules[\\/](tslab|@tslab)[\\/]/.test(file);

/** One line of a stack. */
export interface Frame {
  /** The function's name; empty at the top level of a cell or file. */
  readonly name: string;
  readonly place: SourcePlace;
}

/** How a place is written in a stack: `cell [3]:2:7`. */
export const formatPlace = ({ name, line, column }: SourcePlace): string => `${name}:${line}:${column}`;

const FRAME = /^ {4}at (?:(.*) \()?(.+):(\d+):(\d+)\)?$/;

/** The frames in the text of a stack that {@link mapStacks} wrote. */
export const parseStack = (stack: string): Frame[] =>
  stack.split("\n").flatMap((text) => {
    const [, name = "", file, line, column] = FRAME.exec(text) ?? [];
    if (file === undefined || isInternal(file)) return [];
    return [{ name, place: { name: file, line: Number(line), column: Number(column) } }];
  });

const describeSite = (site: NodeJS.CallSite, sources: Sources): string | undefined => {
  const file = site.getFileName()?.replace(/^file:\/\//, "");
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const text = (site as unknown as { readonly toString: () => string }).toString(); // V8 writes a frame
  if (!file || line === null || column === null) return text;
  if (isInternal(file)) return undefined;
  const place = formatPlace(sources.place(file, line, column));
  const at = text.lastIndexOf(`${site.getFileName() ?? file}:${line}:${column}`);
  if (at < 0) return text;
  // The top level of a cell is a nameless function of the kernel's making: only its place is worth showing.
  const name = text
    .slice(0, at)
    .replace(/ ?\($/, "")
    .replace(/^(async )?(Proxy|Object)\.(?!<)/, "$1") // the object that holds a notebook's variables
    .trim();
  return name === "" || name === "async" ? place : `${name} (${place})`;
};

const heading = (error: unknown): string => {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
};

/**
 * Makes the `stack` of every error name the places of the source: cells by their label, this project's files by
 * the TypeScript they were compiled from, without the frames of the kernel and of Node.js.
 */
export const mapStacks = (sources: Sources): void => {
  Error.stackTraceLimit = 50; // TensorFlow.js alone fills Node's ten
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.flatMap((site) => describeSite(site, sources) ?? []);
    return [heading(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
  };
};
