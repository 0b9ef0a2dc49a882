import { SourceMap } from "node:module";
import type { Emitted } from "./typescript";

/** A position in a text, counted from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Maps a position in the running JavaScript to its position in the TypeScript source. */
export type Mapper = (position: Position) => Position | undefined;

/** Text to insert at a position of the original text. */
export interface Insertion extends Position {
  readonly text: string;
}

/** Returns insertions sorted by position; those at one position keep their order. */
export function inOrder(insertions: readonly Insertion[]): Insertion[] {
  return [...insertions].sort((a, b) => a.line - b.line || a.column - b.column);
}

function readMap(json: string): SourceMap {
  return new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
}

function lookUp(map: SourceMap, { line, column }: Position): Position | undefined {
  const entry = map.findEntry(line, column);
  return "originalLine" in entry ? { line: entry.originalLine, column: entry.originalColumn } : undefined;
}

/** The position before `insertions` (without line breaks) were made. */
export function withoutInsertions({ line, column }: Position, insertions: readonly Insertion[]): Position {
  let original = column;
  for (const insertion of insertions)
    if (insertion.line === line && insertion.column < original)
      original = Math.max(insertion.column, original - insertion.text.length);
  return { line, column: original };
}

/**
 * Creates a mapper through both source maps.
 *
 * @param prefixLines number of lines before the source in the compiled file.
 * @param insertions insertions into the JavaScript, sorted by position.
 */
export function createMapper(
  maps: Pick<Emitted, "first" | "second">,
  prefixLines: number,
  insertions: readonly Insertion[] = [],
): Mapper {
  const first = readMap(maps.first);
  const second = readMap(maps.second);
  return (position) => {
    const module = lookUp(second, withoutInsertions(position, insertions));
    const source = module && lookUp(first, module);
    return source && source.line >= prefixLines
      ? { line: source.line - prefixLines, column: source.column }
      : undefined;
  };
}
