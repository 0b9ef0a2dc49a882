import { existsSync } from "node:fs";
import { metaErrors, withoutExports } from "./cell-syntax";
import { applyInsertions, awaitsAtTop, guardLoops } from "./loop-guards";
import { createMapper, withoutInsertions, type Insertion, type Mapper } from "./positions";
import { expandPropertyNames } from "./property-names";
import { withLiveBindings } from "./live-bindings";
import { emitted, type Emitted } from "./typescript";
import {
  createConverter as createTslabConverter,
  type Converter,
  type Diagnostic,
  type SideOutput,
} from "tslab/dist/converter";

export type { Converter };

/** JavaScript with a map to its source. */
export interface Converted {
  readonly js: string;
  readonly toSource: Mapper;
}

/** A TypeScript or JavaScript file that a cell imports by a relative path. */
export interface ImportedFile extends Converted {
  /** The path under which it is required and compiled. */
  readonly path: string;
  /** The path of its source. */
  readonly file: string;
}

/** The result of converting a cell. */
export interface ConvertedCell {
  /** TypeScript's errors; if there are any, nothing else is set. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent for a cell of only types. */
  readonly code?: Converted;
  /** The declarations for the next cell. */
  readonly declarations: string;
  readonly awaits: boolean;
  /** The name of the export with the value of the cell's last expression. */
  readonly resultName?: string;
  readonly imports: readonly ImportedFile[];
}

/** tslab's first line in a cell's file: `export {};`. */
const CELL_PREFIX_LINES = 1;

/** Maps no position. */
function unmapped(): undefined {
  return undefined;
}

type Maps = Pick<Emitted, "first" | "second">;

function convertedCode(output: string, prefixLines: number, maps: Maps | undefined): Converted {
  const insertions = guardLoops(output);
  return {
    js: applyInsertions(output, insertions),
    toSource: maps ? createMapper(maps, prefixLines, insertions) : unmapped,
  };
}

function cellCode(output: string, names: readonly Insertion[], isLive: boolean): Converted {
  const plain = emitted.get(output);
  const live = isLive && plain ? withLiveBindings(plain) : undefined;
  const { js, toSource } = convertedCode(live?.js ?? output, CELL_PREFIX_LINES, live ?? plain);
  const mapped: Mapper = (position) => {
    const found = toSource(position);
    return found && withoutInsertions(found, names);
  };
  return { js, toSource: mapped };
}

/** Moves an error to its position in the cell as the user wrote it. */
function inSource(diagnostic: Diagnostic, names: readonly Insertion[]): Diagnostic {
  if (diagnostic.fileName !== undefined) return diagnostic;
  const move = (at: Diagnostic["start"]): Diagnostic["start"] => ({
    ...at,
    character: withoutInsertions({ line: at.line, column: at.character }, names).column,
  });
  return { ...diagnostic, start: move(diagnostic.start), end: move(diagnostic.end) };
}

function importedFile({ path, data }: SideOutput): ImportedFile {
  const file = path.replace(/\.js$/, ".ts");
  const isModule = !existsSync(file) && !existsSync(path); // a cell that starts with /** @module name */
  const prefixLines = isModule ? CELL_PREFIX_LINES : 0;
  return {
    path,
    file: existsSync(file) ? file : path,
    ...convertedCode(data, prefixLines, emitted.get(data)),
  };
}

/**
 * Checks and converts a cell against the declarations of the previous cells, with tslab's converter.
 *
 * @param options `live`: whether its variables are live; by default it assigns their values to its exports.
 */
export function convertCell(
  converter: Converter,
  declarations: string,
  source: string,
  { live = false }: { readonly live?: boolean } = {},
): ConvertedCell {
  const unavailable = metaErrors(source);
  if (unavailable.length > 0) return { diagnostics: unavailable, declarations, awaits: false, imports: [] };
  emitted.clear();
  const plain = withoutExports(source);
  const names = expandPropertyNames(plain);
  const result = converter.convert(declarations, applyInsertions(plain, names));
  return {
    diagnostics: result.diagnostics.map((diagnostic) => inSource(diagnostic, names)),
    ...(result.output ? { code: cellCode(result.output, names, live) } : {}),
    declarations: result.declOutput ?? "",
    // tslab does not count `for await`
    awaits: result.hasToplevelAwait === true || awaitsAtTop(result.output ?? ""),
    ...(result.lastExpressionVar === undefined ? {} : { resultName: result.lastExpressionVar }),
    imports: (result.sideOutputs ?? []).map(importedFile),
  };
}

/** Creates tslab's converter for the current folder; this takes about a second. */
export function createConverter(): Converter {
  return createTslabConverter({ isJS: false, isBrowser: false });
}
