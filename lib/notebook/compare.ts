/** What a check can compare: numbers with a tolerance, the rest exactly. */
export type Comparable = number | string | boolean | ArrayLike<number>;

/** Why `got` is not what was expected, in words; undefined when it is. */
export function difference(got: unknown, expected: Comparable, tolerance: number): string | undefined {
  if (got === undefined || got === null) return `got ${String(got)} (is a value returned?)`;
  if (typeof expected === "number") {
    if (typeof got !== "number") return `got ${kindOf(got)}, not a number`;
    return isNear(got, expected, tolerance) ? undefined : `got ${showValue(got)}`;
  }
  if (typeof expected === "object") return listDifference(got, expected, tolerance);
  if (typeof got !== typeof expected) return `got ${kindOf(got)}, not a ${typeof expected}`;
  return got === expected ? undefined : `got ${showValue(got as Comparable)}`;
}

function listDifference(got: unknown, expected: ArrayLike<number>, tolerance: number): string | undefined {
  if (!isNumberList(got)) return `got ${kindOf(got)}, not a list of numbers`;
  if (got.length !== expected.length) return `got ${got.length} numbers, not ${expected.length}`;
  const at = Array.from(got).findIndex((value, i) => !isNear(value, expected[i] ?? NaN, tolerance));
  if (at < 0) return undefined;
  return `got ${showValue(got)}, where entry ${at} is ${showValue(got[at] ?? NaN)}, not ${showValue(expected[at] ?? NaN)}`;
}

/** NaN is near to nothing; an infinity only to itself. */
const isNear = (a: number, b: number, tolerance: number): boolean => a === b || Math.abs(a - b) <= tolerance;

const isNumberList = (value: unknown): value is ArrayLike<number> =>
  (Array.isArray(value) || ArrayBuffer.isView(value)) &&
  Array.from(value as ArrayLike<unknown>).every((entry) => typeof entry === "number");

/** A value for people: six significant digits, at most eight entries of a list. */
export function showValue(value: Comparable): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (typeof value !== "object") return JSON.stringify(value);
  const entries = Array.from(value).slice(0, 8).map(showValue);
  return `[${entries.join(", ")}${value.length > 8 ? ", …" : ""}]`;
}

function kindOf(value: unknown): string {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return showValue(value);
  if (isNumberList(value)) return showValue(value);
  if (Array.isArray(value)) return "an array of something else";
  if (typeof value === "function") return "a function (is it called?)";
  if (value instanceof Promise) return "a promise (is it awaited?)";
  return "an object";
}
