import { SourceMap } from "node:module";
import type { EmittedMaps } from "./typescript";

/** A place in a text; both numbers count from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From a place in the JavaScript that runs to the place in the TypeScript it was made from. */
export type Mapper = (position: Position) => Position | undefined;

/** Text put into the JavaScript after it was emitted, at a place of the JavaScript as it was before. */
export interface Insertion extends Position {
  readonly text: string;
}

const readMap = (json: string): SourceMap =>
  new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);

const lookUp = (map: SourceMap, { line, column }: Position): Position | undefined => {
  const entry = map.findEntry(line, column);
  return "originalLine" in entry ? { line: entry.originalLine, column: entry.originalColumn } : undefined;
};

/** The place before `insertions` (which hold no line breaks) were made. */
export const withoutInsertions = ({ line, column }: Position, insertions: readonly Insertion[]): Position => {
  let original = column;
  for (const insertion of insertions)
    if (insertion.line === line && insertion.column < original)
      original = Math.max(insertion.column, original - insertion.text.length);
  return { line, column: original };
};

/**
 * The mapper through both source maps.
 *
 * @param prefixLines lines that stand before the source in the file that was compiled.
 * @param insertions what was put into the JavaScript, sorted by place.
 */
export const createMapper = (
  maps: EmittedMaps,
  prefixLines: number,
  insertions: readonly Insertion[] = [],
): Mapper => {
  const first = readMap(maps.first);
  const second = readMap(maps.second);
  return (position) => {
    const module = lookUp(second, withoutInsertions(position, insertions));
    const source = module && lookUp(first, module);
    return source && source.line >= prefixLines
      ? { line: source.line - prefixLines, column: source.column }
      : undefined;
  };
};
