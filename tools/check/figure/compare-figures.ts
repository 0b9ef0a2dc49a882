import { countOf } from "../../common/count-of";
import { NOTHING, type Change } from "../compare/change";
import { figureContent } from "./figure-content";
import { compareTables } from "./compare-tables";
import { compareText } from "../compare/compare-text";
import type { Tolerance } from "../compare/tolerance";

function shownStatement(statement: string | undefined): string {
  return statement ?? NOTHING;
}

function compareStatements(
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  tolerance: Tolerance,
): Change[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((where) => {
    const [expected, got] = [shownStatement(old.get(where)), shownStatement(now.get(where))];
    return compareText(expected, got, tolerance).length === 0 ? [] : [{ where, expected, got }];
  });
}

/**
 * Compares the content of two Vega-Lite specs: marks, encodings, text, series and values. Style (colours,
 * sizes, axis domains) and the description, which is derived from the data, are ignored.
 */
export function compareFigures(expected: unknown, got: unknown, tolerance: Tolerance): Change[] {
  const [old, now] = [figureContent(expected), figureContent(got)];
  const statements = compareStatements(old.statements, now.statements, tolerance);
  const places = [...new Set([...old.tables, ...now.tables].map(({ place }) => place))];
  const tables = places.flatMap((place) => {
    const [a, b] = [old, now].map((content) => content.tables.find((table) => table.place === place));
    if (a && b) return compareTables(a, b, tolerance, old.xFields);
    const found = (table: typeof a): string => (table ? countOf(table.rows.length, "row") : NOTHING);
    return [{ where: `${place}data`, expected: found(a), got: found(b) }];
  });
  return [...statements, ...tables];
}
