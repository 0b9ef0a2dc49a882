import { NOTHING, type Change } from "../compare/change";
import { meaningOf } from "./figure-meaning";
import { compareTables } from "./compare-tables";
import { compareText } from "../compare/compare-text";
import type { Tolerance } from "../compare/tolerance";

const words = (statement: string | undefined): string => statement ?? NOTHING;

const compareStatements = (
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  tolerance: Tolerance,
): Change[] =>
  [...new Set([...old.keys(), ...now.keys()])].flatMap((where) => {
    const [expected, got] = [words(old.get(where)), words(now.get(where))];
    return compareText(expected, got, tolerance).length === 0 ? [] : [{ where, expected, got }];
  });

/**
 * How two Vega-Lite specs differ in what they say: marks, encodings, words, series and values. How the figure looks
 * (colours, sizes, the axes' windows) and the description, which is made of the data, do not count.
 */
export const compareFigures = (expected: unknown, got: unknown, tolerance: Tolerance): Change[] => {
  const [old, now] = [meaningOf(expected), meaningOf(got)];
  const statements = compareStatements(old.statements, now.statements, tolerance);
  const places = [...new Set([...old.tables, ...now.tables].map(({ place }) => place))];
  const tables = places.flatMap((place) => {
    const [a, b] = [old, now].map((meaning) => meaning.tables.find((table) => table.place === place));
    if (a && b) return compareTables(a, b, tolerance, old.xFields);
    const found = (table: typeof a): string => (table ? `${table.rows.length} rows` : NOTHING);
    return [{ where: `${place}data`, expected: found(a), got: found(b) }];
  });
  return [...statements, ...tables];
};
