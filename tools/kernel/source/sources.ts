import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";
import type { Mapper } from "./positions";

/** A position in a source, with lines and columns counted from 1. */
export interface SourcePlace {
  /** The label of the cell, or the path of the file. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** A script compiled by the kernel: a cell, or a file that a cell imports. */
interface Script {
  readonly toSource: Mapper;
  /** The text of a cell. */
  readonly source?: string;
  /** The path of an imported file. */
  readonly file?: string;
}

/** Maps running JavaScript to its sources. */
export interface Sources {
  /** Registers a script under the file name it is compiled with. */
  readonly add: (name: string, script: Script) => void;
  /** The source position of a position in the JavaScript `name`; lines and columns count from 1. */
  readonly place: (name: string, line: number, column: number) => SourcePlace;
  /** The lines of a cell, or of a file that a cell imports. */
  readonly lines: (name: string) => readonly string[] | undefined;
}

/**
 * The source map next to a compiled file on disk, such as the library's files; undefined if there is none.
 */
function readSourceMap(path: string): { readonly map: SourceMap; readonly root: string } | undefined {
  const file = `${path}.map`;
  if (path.includes("node_modules") || !existsSync(file)) return undefined;
  const json = JSON.parse(readFileSync(file, "utf8")) as ConstructorParameters<typeof SourceMap>[0];
  return { map: new SourceMap(json), root: dirname(path) };
}

/** Creates an empty registry of sources. */
export function createSources(): Sources {
  const scripts = new Map<string, Script>();
  const texts = new Map<string, string>();
  const maps = new Map<string, ReturnType<typeof readSourceMap>>();

  const placeOnDisk = (path: string, line: number, column: number): SourcePlace => {
    if (!maps.has(path)) maps.set(path, readSourceMap(path));
    const known = maps.get(path);
    const entry = known?.map.findEntry(line - 1, column - 1);
    if (!known || !entry || !("originalLine" in entry)) return { name: path, line, column };
    const name = resolve(known.root, entry.originalSource);
    return { name, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };

  return {
    add: (name, script) => {
      scripts.set(name, script);
      if (script.source !== undefined) texts.set(name, script.source);
      else if (script.file !== undefined && existsSync(script.file))
        texts.set(script.file, readFileSync(script.file, "utf8"));
    },
    place: (name, line, column) => {
      const script = scripts.get(name);
      if (!script) return placeOnDisk(name, line, column);
      const found = script.toSource({ line: line - 1, column: column - 1 }) ?? { line: 0, column: 0 };
      return { name: script.file ?? name, line: found.line + 1, column: found.column + 1 };
    },
    lines: (name) => texts.get(name)?.split("\n"),
  };
}
