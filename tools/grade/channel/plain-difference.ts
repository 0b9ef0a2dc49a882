/**
 * Compares the values of a check by the same rules as the library's `check`
 * (lib/notebook/answer-difference.ts). The grader does not use the library's function: submitted code shares
 * a process with the library and could have modified it, and a live object could return a different value on
 * each read. This module compares copies.
 */

import type { PlainValue } from "./messages";

/** The number of list entries shown in a message. */
const MAX_ENTRIES = 8;

/** The default tolerance of a check, the same as in the library's `check`. */
const DEFAULT_TOLERANCE = 1e-6;

/** Formats a value for display: six significant digits, at most eight entries of a list. */
export function showPlain(value: PlainValue): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if ("other" in value) return value.other;
  const entries = value.slice(0, MAX_ENTRIES).map(showPlain);
  return `[${entries.join(", ")}${value.length > MAX_ENTRIES ? ", …" : ""}]`;
}

/** Formats a number with six significant digits, or with as many more as distinguish it from another. */
function showApart(value: number, other: number): string {
  for (let digits = 6; digits < 17; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (text !== String(Number(other.toPrecision(digits)))) return text;
  }
  return String(value);
}

const { abs, max } = Math;

/**
 * Returns the largest difference allowed from an expected number: the tolerance, or by default 10⁻⁶ of the
 * number and at least 10⁻⁶.
 */
export function allowedDifference(expected: number, tolerance: number | undefined): number {
  return tolerance ?? DEFAULT_TOLERANCE * max(1, abs(expected));
}

/** NaN is not close to anything; an infinity is close only to itself. */
function isNear(a: number, b: number, tolerance: number | undefined): boolean {
  return a === b || abs(a - b) <= allowedDifference(b, tolerance);
}

/**
 * Returns a description of how `got` differs from `expected`, or undefined if they agree within the
 * tolerance.
 */
export function plainDifference(
  got: PlainValue,
  expected: PlainValue,
  tolerance: number | undefined,
): string | undefined {
  if (typeof expected === "number") {
    if (typeof got !== "number") return `got ${showPlain(got)}, not a number`;
    return isNear(got, expected, tolerance) ? undefined : `got ${showApart(got, expected)}`;
  }
  if (typeof expected === "string" || typeof expected === "boolean")
    return got === expected ? undefined : `got ${showPlain(got)}`;
  if ("other" in expected) return `cannot be compared: the expected value is ${expected.other}`;
  if (typeof got !== "object" || "other" in got) return `got ${showPlain(got)}, not a list of numbers`;
  if (got.length !== expected.length) return `got ${got.length} numbers, not ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const [a = NaN, b = NaN] = [got[i], expected[i]];
    if (!isNear(a, b, tolerance))
      return `got ${showPlain(got)}, where entry ${i} is ${showApart(a, b)}, not ${showApart(b, a)}`;
  }
  return undefined;
}
