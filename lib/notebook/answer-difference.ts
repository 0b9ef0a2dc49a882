/** The values that a check compares: numbers and lists within a tolerance, strings and booleans exactly. */
export type Comparable = number | string | boolean | ArrayLike<number>;

/**
 * The largest difference allowed between numbers: an absolute one, or by default 10⁻⁶ of the expected number
 * and at least 10⁻⁶, some ten roundings of float32.
 */
export type Tolerance = number | undefined;

/** Returns the largest difference allowed from an expected number. */
export function allowedDifference(expected: number, tolerance: Tolerance): number {
  return tolerance ?? 1e-6 * Math.max(1, Math.abs(expected));
}

/** Describes how `got` differs from `expected`; undefined if it does not. */
export function describeDifference(
  got: unknown,
  expected: Comparable,
  tolerance: Tolerance,
): string | undefined {
  if (got === undefined || got === null) return `got ${String(got)} (is a value returned?)`;
  if (typeof expected === "number") {
    if (typeof got !== "number") return `got ${describeValue(got)}, not a number`;
    return isNear(got, expected, tolerance) ? undefined : `got ${formatApart(got, expected)[0]}`;
  }
  if (typeof expected === "object") return describeListDifference(got, expected, tolerance);
  if (typeof got !== typeof expected) return `got ${describeValue(got)}, not a ${typeof expected}`;
  return got === expected ? undefined : `got ${formatValue(got as Comparable)}`;
}

function describeListDifference(
  got: unknown,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
): string | undefined {
  if (!isNumberList(got)) return `got ${describeValue(got)}, not a list of numbers`;
  if (got.length !== expected.length) return `got ${got.length} numbers, not ${expected.length}`;
  const at = Array.from(got).findIndex((value, i) => !isNear(value, expected[i] ?? NaN, tolerance));
  if (at < 0) return undefined;
  const [value, wanted] = formatApart(got[at] ?? NaN, expected[at] ?? NaN);
  return `got ${formatValue(got)}, where entry ${at} is ${value}, not ${wanted}`;
}

/** NaN is not near any number, an infinity only near itself. */
function isNear(got: number, expected: number, tolerance: Tolerance): boolean {
  return got === expected || Math.abs(got - expected) <= allowedDifference(expected, tolerance);
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

/** Formats two numbers with six significant digits, or with as many more as show their difference. */
export function formatApart(a: number, b: number): readonly [string, string] {
  for (let digits = 6; digits < 17; digits++) {
    const texts = [a, b].map((x) => String(Number(x.toPrecision(digits)))) as [string, string];
    if (texts[0] !== texts[1]) return texts;
  }
  return [String(a), String(b)];
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
