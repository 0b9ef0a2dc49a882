import { existsSync } from "node:fs";
import { applyInsertions, guardLoops } from "./loop-guards";
import { createMapper, withoutInsertions, type Insertion, type Mapper } from "./positions";
import { writeOutPropertyNames } from "./property-names";
import { emitted } from "./typescript";
import {
  createConverter as createTslabConverter,
  type Converter,
  type Diagnostic,
  type SideOutput,
} from "tslab/dist/converter";

/** JavaScript that is ready to run, and the way back to its source. */
export interface Converted {
  readonly js: string;
  readonly toSource: Mapper;
}

/** A TypeScript or JavaScript file that a cell imports by a relative path. */
export interface ImportedFile extends Converted {
  /** What its JavaScript goes by. */
  readonly path: string;
  /** The file that it was made from. */
  readonly file: string;
}

/** What became of a cell. */
export interface ConvertedCell {
  /** TypeScript's complaints; where there is one, nothing else is set. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent for a cell of types only. */
  readonly code?: Converted;
  /** The declarations that the next cell starts from. */
  readonly declarations: string;
  readonly awaits: boolean;
  /** The export that holds the value of the cell's last expression. */
  readonly resultName?: string;
  readonly imports: readonly ImportedFile[];
}

/** tslab's first line in a cell's file: `export {};`. */
const CELL_PREFIX_LINES = 1;

const UNMAPPED: Mapper = () => undefined;

const convertedCode = (output: string, prefixLines: number): Converted => {
  const insertions = guardLoops(output);
  const maps = emitted.get(output);
  return {
    js: applyInsertions(output, insertions),
    toSource: maps ? createMapper(maps, prefixLines, insertions) : UNMAPPED,
  };
};

const cellCode = (output: string, names: readonly Insertion[]): Converted => {
  const { js, toSource } = convertedCode(output, CELL_PREFIX_LINES);
  const mapped: Mapper = (position) => {
    const found = toSource(position);
    return found && withoutInsertions(found, names);
  };
  return { js, toSource: mapped };
};

/** A complaint about a cell at its place in the cell as the person wrote it. */
const inSource = (diagnostic: Diagnostic, names: readonly Insertion[]): Diagnostic => {
  if (diagnostic.fileName !== undefined) return diagnostic;
  const move = (at: Diagnostic["start"]): Diagnostic["start"] => ({
    ...at,
    character: withoutInsertions({ line: at.line, column: at.character }, names).column,
  });
  return { ...diagnostic, start: move(diagnostic.start), end: move(diagnostic.end) };
};

const importedFile = ({ path, data }: SideOutput): ImportedFile => {
  const file = path.replace(/\.js$/, ".ts");
  const isModule = !existsSync(file) && !existsSync(path); // a cell that begins with /** @module name */
  const prefixLines = isModule ? CELL_PREFIX_LINES : 0;
  return { path, file: existsSync(file) ? file : path, ...convertedCode(data, prefixLines) };
};

/** Checks and converts one cell against the declarations of the cells before it, by tslab's converter. */
export const convertCell = (converter: Converter, declarations: string, source: string): ConvertedCell => {
  emitted.clear();
  const names = writeOutPropertyNames(source);
  const result = converter.convert(declarations, applyInsertions(source, names));
  return {
    diagnostics: result.diagnostics.map((diagnostic) => inSource(diagnostic, names)),
    ...(result.output ? { code: cellCode(result.output, names) } : {}),
    declarations: result.declOutput ?? "",
    awaits: result.hasToplevelAwait ?? false,
    ...(result.lastExpressionVar === undefined ? {} : { resultName: result.lastExpressionVar }),
    imports: (result.sideOutputs ?? []).map(importedFile),
  };
};

/** tslab's converter for the current folder; creating it takes a second. */
export const createConverter = (): Converter => createTslabConverter({ isJS: false, isBrowser: false });
