/** The values that a check compares: numbers and lists within a tolerance, strings and booleans exactly. */
export type Comparable = number | string | boolean | ArrayLike<number>;

/** Describes how `got` differs from `expected`; undefined if it does not. */
export function describeDifference(
  got: unknown,
  expected: Comparable,
  tolerance: number,
): string | undefined {
  if (got === undefined || got === null) return `got ${String(got)} (is a value returned?)`;
  if (typeof expected === "number") {
    if (typeof got !== "number") return `got ${describeValue(got)}, not a number`;
    return isNear(got, expected, tolerance) ? undefined : `got ${formatValue(got)}`;
  }
  if (typeof expected === "object") return describeListDifference(got, expected, tolerance);
  if (typeof got !== typeof expected) return `got ${describeValue(got)}, not a ${typeof expected}`;
  return got === expected ? undefined : `got ${formatValue(got as Comparable)}`;
}

function describeListDifference(
  got: unknown,
  expected: ArrayLike<number>,
  tolerance: number,
): string | undefined {
  if (!isNumberList(got)) return `got ${describeValue(got)}, not a list of numbers`;
  if (got.length !== expected.length) return `got ${got.length} numbers, not ${expected.length}`;
  const at = Array.from(got).findIndex((value, i) => !isNear(value, expected[i] ?? NaN, tolerance));
  if (at < 0) return undefined;
  const [value, wanted] = [formatValue(got[at] ?? NaN), formatValue(expected[at] ?? NaN)];
  return `got ${formatValue(got)}, where entry ${at} is ${value}, not ${wanted}`;
}

/** NaN is not near any number, an infinity only near itself. */
function isNear(a: number, b: number, tolerance: number): boolean {
  return a === b || Math.abs(a - b) <= tolerance;
}

function isNumberList(value: unknown): value is ArrayLike<number> {
  return (
    (Array.isArray(value) || ArrayBuffer.isView(value)) &&
    Array.from(value as ArrayLike<unknown>).every((entry) => typeof entry === "number")
  );
}

/** Formats a value for display: six significant digits, at most eight entries of a list. */
export function formatValue(value: Comparable): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Array.from(value).slice(0, 8).map(formatValue);
  return `[${entries.join(", ")}${value.length > 8 ? ", …" : ""}]`;
}

/** Formats a comparable value; names the type of any other. */
function describeValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return formatValue(value);
  if (isNumberList(value)) return formatValue(value);
  if (Array.isArray(value)) return "an array with entries that are not numbers";
  if (typeof value === "function") return "a function (is it called?)";
  if (value instanceof Promise) return "a promise (is it awaited?)";
  return "an object";
}
