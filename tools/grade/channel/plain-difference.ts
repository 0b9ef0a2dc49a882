/**
 * Compares the values of a check, as the library's own `check` does (lib/notebook/answer-difference.ts). The grader does not
 * use the library's function: submitted code shares a process with the library and could have changed it, and a live
 * object could answer differently each time it is read. What is compared here are copies.
 */

import type { Plain } from "./messages";

/** Entries of a list that are shown. */
const SHOWN = 8;

/** The greatest absolute difference of numbers where a check names none, as in the library's `check`. */
export const DEFAULT_TOLERANCE = 1e-6;

/** A value for people: six significant digits, at most eight entries of a list. */
export function showPlain(value: Plain): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if ("other" in value) return value.other;
  const entries = value.slice(0, SHOWN).map(showPlain);
  return `[${entries.join(", ")}${value.length > SHOWN ? ", …" : ""}]`;
}

const abs = Math.abs;

/** NaN is near to nothing; an infinity only to itself. */
function isNear(a: number, b: number, tolerance: number): boolean {
  return a === b || abs(a - b) <= tolerance;
}

/** Why `got` is not `expected`, in words; undefined when it is. Both are data that nobody else holds. */
export function plainDifference(got: Plain, expected: Plain, tolerance: number): string | undefined {
  if (typeof expected === "number") {
    if (typeof got !== "number") return `got ${showPlain(got)}, not a number`;
    return isNear(got, expected, tolerance) ? undefined : `got ${showPlain(got)}`;
  }
  if (typeof expected === "string" || typeof expected === "boolean")
    return got === expected ? undefined : `got ${showPlain(got)}`;
  if ("other" in expected) return `cannot be compared: expected is ${expected.other}`;
  if (typeof got !== "object" || "other" in got) return `got ${showPlain(got)}, not a list of numbers`;
  if (got.length !== expected.length) return `got ${got.length} numbers, not ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const [a = NaN, b = NaN] = [got[i], expected[i]];
    if (!isNear(a, b, tolerance))
      return `got ${showPlain(got)}, where entry ${i} is ${showPlain(a)}, not ${showPlain(b)}`;
  }
  return undefined;
}
