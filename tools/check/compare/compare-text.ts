import { NOTHING, relativeDifference, type Change } from "./change";
import { splitAtNumbers, type TextNumber } from "./numbers-in-text";
import { allowedDifference, describeTolerance, isExact, type Tolerance } from "./tolerance";

/**
 * Relative tolerance of a standard error itself, under a tolerance in standard errors: the standard error of
 * a dozen draws has a relative standard deviation of 1/√(2·12) ≈ 0.2.
 */
const ERROR_OF_ERROR = 0.2;

function isNear(expected: TextNumber, got: TextNumber, tolerance: Tolerance): boolean {
  const { value, unit, error, isError } = expected;
  const size = Math.abs(value);
  const ofError = isError && tolerance.standardErrors > 0 ? ERROR_OF_ERROR * size : 0;
  const allowed = Math.max(allowedDifference(tolerance, size, error), ofError) + unit;
  return Math.abs(got.value - value) <= allowed * (1 + 1e-9);
}

/** Collapses spaces, whose number depends on the widths of the numbers around them. */
function collapseSpaces(words: string): string {
  return words.replace(/\s+/g, " ");
}

/** The difference of two lines; undefined if they match. */
function compareLine(expected: string, got: string, tolerance: Tolerance): Omit<Change, "where"> | undefined {
  if (expected === got) return undefined;
  const whole = { expected, got };
  if (isExact(tolerance)) return whole;
  const [a, b] = [splitAtNumbers(expected), splitAtNumbers(got)];
  const sameWords =
    a.words.length === b.words.length &&
    a.words.every((words, i) => collapseSpaces(words) === collapseSpaces(b.words[i] ?? ""));
  if (!sameWords) return whole;
  const far = a.numbers
    .map((number, i) => ({ number, other: b.numbers[i] ?? number }))
    .filter(({ number, other }) => !isNear(number, other, tolerance))
    .map(({ number, other }) => relativeDifference(number.value, other.value) ?? Infinity);
  if (far.length === 0) return undefined;
  const relative = Math.max(...far);
  return {
    ...whole,
    ...(Number.isFinite(relative) ? { relative } : {}),
    allowed: describeTolerance(tolerance),
  };
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/**
 * The lines in which two texts differ. Words must be equal; numbers may differ by the tolerance plus one unit
 * of the last printed decimal. Added and removed lines are reported as one change between the common first
 * and last lines.
 */
export function compareText(expected: string, got: string, tolerance: Tolerance): Change[] {
  const [old, now] = [linesOf(expected), linesOf(got)];
  const differ = (i: number, j: number) => compareLine(old[i] ?? "", now[j] ?? "", tolerance);
  const shared = Math.min(old.length, now.length);
  let head = 0;
  let tail = 0;
  if (old.length !== now.length) {
    while (head < shared && !differ(head, head)) head += 1;
    while (tail < shared - head && !differ(old.length - 1 - tail, now.length - 1 - tail)) tail += 1;
    const removed = old.slice(head, old.length - tail).join("\n");
    const added = now.slice(head, now.length - tail).join("\n");
    return [{ where: `line ${head + 1}`, expected: removed || NOTHING, got: added || NOTHING }];
  }
  return old.flatMap((_, i) => {
    const difference = differ(i, i);
    return difference ? [{ where: `line ${i + 1}`, ...difference }] : [];
  });
}
