import type { Json } from "../../notebook/json";
import { NOTHING, relativeDifference, showNumber, type Change } from "../compare/change";
import type { Table } from "./figure-meaning";
import { comparePictures } from "../compare/compare-pictures";
import { allowedDifference, describeTolerance, type Tolerance } from "../compare/tolerance";

const PICTURE = "data:image/png;base64,";

const isPicture = (value: unknown): value is string => typeof value === "string" && value.startsWith(PICTURE);

/** Half the length of a 95 % interval in standard errors: `lower` and `upper` of the library's charts. */
const HALF_INTERVAL = 1.96;

const standardErrorOf = ({ lower, upper }: Json): number =>
  typeof lower === "number" && typeof upper === "number" ? (upper - lower) / (2 * HALF_INTERVAL) : 0;

/** The words of a row in the order of their fields' names: what names its series. */
const seriesOf = (row: Json): string =>
  Object.entries(row)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, value]) => (typeof value === "string" && !isPicture(value)) || typeof value === "boolean")
    .map(([, value]) => JSON.stringify(value))
    .join(", ");

const bySeries = (rows: readonly Json[]): Map<string, Json[]> => {
  const series = new Map<string, Json[]>();
  for (const row of rows) series.set(seriesOf(row), [...(series.get(seriesOf(row)) ?? []), row]);
  return series;
};

const rootMeanSquare = (values: readonly unknown[]): number => {
  const numbers = values.filter((value) => typeof value === "number");
  return Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / Math.max(1, numbers.length));
};

const shown = (value: unknown): string =>
  typeof value === "number" ? showNumber(value) : value === undefined ? NOTHING : JSON.stringify(value);

/** One value that is too far from what it was. */
interface Far {
  readonly row: number;
  readonly expected: unknown;
  readonly got: unknown;
  /** How far, as a multiple of the series's size. */
  readonly distance: number;
}

const farValues = (
  old: readonly Json[],
  now: readonly Json[],
  field: string,
  tolerance: Tolerance,
): Far[] => {
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
};

const rowName = (
  index: number,
  row: Json | undefined,
  field: string,
  xFields: ReadonlySet<string>,
): string => {
  const x = [...xFields].find((name) => name !== field && row?.[name] !== undefined);
  return `row ${index + 1}${x === undefined ? "" : ` (${x} = ${shown(row?.[x])})`}`;
};

const compareField = (
  [old, now]: readonly [readonly Json[], readonly Json[]],
  field: string,
  place: string,
  tolerance: Tolerance,
  xFields: ReadonlySet<string>,
): Change[] => {
  const pictures = old.flatMap((row, i) => {
    const [a, b] = [row[field], now[i]?.[field]];
    return isPicture(a) && isPicture(b)
      ? comparePictures(a.slice(PICTURE.length), b.slice(PICTURE.length), tolerance)
      : [];
  });
  const plain = old.some((row) => isPicture(row[field])) ? [] : farValues(old, now, field, tolerance);
  const worst = plain.reduce<Far | undefined>(
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
      where: `${place}field "${field}", ${plain.length} of ${old.length} values, the most at ${name}`,
      expected: shown(worst.expected),
      got: shown(worst.got),
      ...(relative === undefined ? {} : { relative }),
      allowed: describeTolerance(tolerance),
    },
  ];
};

/**
 * How the rows of a figure differ. Words name the series, and each series is compared row by row: numbers within the
 * tolerance, whose share is taken of the number or of the series's root mean square, whichever is larger, so that a
 * curve may cross zero.
 */
export const compareTables = (
  expected: Table,
  got: Table,
  tolerance: Tolerance,
  xFields: ReadonlySet<string>,
): Change[] => {
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
};
