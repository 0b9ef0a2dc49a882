import type { Json } from "../../notebook/json";
import { NOTHING, relativeDifference, formatNumber, type Change } from "../compare/change";
import type { Table } from "./figure-content";
import { comparePictures } from "../compare/compare-pictures";
import { allowedDifference, describeTolerance, type Tolerance } from "../compare/tolerance";

const PICTURE = "data:image/png;base64,";

function isPicture(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(PICTURE);
}

/** Half the width of a 95 % interval in standard errors, for `lower` and `upper` in the library's charts. */
const HALF_WIDTH = 1.96;

function standardErrorOf({ lower, upper }: Json): number {
  return typeof lower === "number" && typeof upper === "number" ? (upper - lower) / (2 * HALF_WIDTH) : 0;
}

/** The name of a row's series: its strings and booleans, ordered by field name. */
function seriesOf(row: Json): string {
  return Object.entries(row)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, value]) => (typeof value === "string" && !isPicture(value)) || typeof value === "boolean")
    .map(([, value]) => JSON.stringify(value))
    .join(", ");
}

function bySeries(rows: readonly Json[]): Map<string, Json[]> {
  const series = new Map<string, Json[]>();
  for (const row of rows) series.set(seriesOf(row), [...(series.get(seriesOf(row)) ?? []), row]);
  return series;
}

function rootMeanSquare(values: readonly unknown[]): number {
  const numbers = values.filter((value) => typeof value === "number");
  return Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / Math.max(1, numbers.length));
}

function shown(value: unknown): string {
  return typeof value === "number"
    ? formatNumber(value)
    : value === undefined
      ? NOTHING
      : JSON.stringify(value);
}

/** A value outside the tolerance. */
interface Deviation {
  readonly row: number;
  readonly expected: unknown;
  readonly got: unknown;
  /** The difference relative to the size of the series. */
  readonly distance: number;
}

function deviations(
  old: readonly Json[],
  now: readonly Json[],
  field: string,
  tolerance: Tolerance,
): Deviation[] {
  const typical = rootMeanSquare(old.map((row) => row[field]));
  return old.flatMap((before, row) => {
    const [expected, got] = [before[field], now[row]?.[field]];
    if (expected === got) return [];
    if (typeof expected !== "number" || typeof got !== "number")
      return expected === null && got === null ? [] : [{ row, expected, got, distance: Infinity }];
    const size = Math.max(Math.abs(expected), typical);
    const difference = Math.abs(got - expected);
    const allowed = allowedDifference(tolerance, size, standardErrorOf(before));
    return difference <= allowed ? [] : [{ row, expected, got, distance: difference / size }];
  });
}

function rowName(index: number, row: Json | undefined, field: string, xFields: ReadonlySet<string>): string {
  const x = [...xFields].find((name) => name !== field && row?.[name] !== undefined);
  return `row ${index + 1}${x === undefined ? "" : ` (${x} = ${shown(row?.[x])})`}`;
}

function compareField(
  [old, now]: readonly [readonly Json[], readonly Json[]],
  field: string,
  place: string,
  tolerance: Tolerance,
  xFields: ReadonlySet<string>,
): Change[] {
  const pictures = old.flatMap((row, i) => {
    const [a, b] = [row[field], now[i]?.[field]];
    return isPicture(a) && isPicture(b)
      ? comparePictures(a.slice(PICTURE.length), b.slice(PICTURE.length), tolerance)
      : [];
  });
  const plain = old.some((row) => isPicture(row[field])) ? [] : deviations(old, now, field, tolerance);
  const worst = plain.reduce<Deviation | undefined>(
    (most, far) => (most && most.distance >= far.distance ? most : far),
    undefined,
  );
  if (!worst) return pictures.map((change) => ({ ...change, where: `${place}${change.where}` }));
  const name = rowName(worst.row, old[worst.row], field, xFields);
  const relative =
    typeof worst.expected === "number" && typeof worst.got === "number"
      ? relativeDifference(worst.expected, worst.got)
      : undefined;
  return [
    {
      where: `${place}field "${field}", ${plain.length} of ${old.length} values, largest at ${name}`,
      expected: shown(worst.expected),
      got: shown(worst.got),
      ...(relative === undefined ? {} : { relative }),
      allowed: describeTolerance(tolerance),
    },
  ];
}

/**
 * Compares the rows of two tables. Strings identify the series, and each series is compared row by row. A
 * relative tolerance refers to the larger of the number and the root mean square of its series, so that a
 * curve can cross zero.
 */
export function compareTables(
  expected: Table,
  got: Table,
  tolerance: Tolerance,
  xFields: ReadonlySet<string>,
): Change[] {
  const [old, now] = [bySeries(expected.rows), bySeries(got.rows)];
  const place = expected.place === "" ? "" : `${expected.place.replace(/\.$/, "")}: `;
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((series) => {
    const [a, b] = [old.get(series) ?? [], now.get(series) ?? []];
    const at = `${place}${series === "" ? "" : `series ${series}, `}`;
    if (a.length !== b.length)
      return [{ where: `${at}rows`, expected: String(a.length), got: String(b.length) }];
    const fields = new Set([...a, ...b].flatMap((row) => Object.keys(row)));
    return [...fields].flatMap((field) => compareField([a, b], field, at, tolerance, xFields));
  });
}
