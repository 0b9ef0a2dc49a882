import { NOTHING, relativeDifference, type Change } from "./change";
import { takeApart, type TextNumber } from "./numbers-in-text";
import { allowedDifference, describeTolerance, isExact, type Tolerance } from "./tolerance";

/**
 * How far apart two standard errors may be under a tolerance in standard errors: one taken over a dozen draws
 * is itself uncertain by a fifth, 1/√(2·12).
 */
const ERROR_OF_ERROR = 0.2;

const isNear = (expected: TextNumber, got: TextNumber, tolerance: Tolerance): boolean => {
  const { value, unit, error, isError } = expected;
  const size = Math.abs(value);
  const ofError = isError && tolerance.standardErrors > 0 ? ERROR_OF_ERROR * size : 0;
  const allowed = Math.max(allowedDifference(tolerance, size, error), ofError) + unit;
  return Math.abs(got.value - value) <= allowed * (1 + 1e-9);
};

/** Numbers of different lengths move the spaces around them. */
const squeeze = (words: string): string => words.replace(/\s+/g, " ");

/** How a line differs; undefined when it does not. */
const compareLine = (
  expected: string,
  got: string,
  tolerance: Tolerance,
): Omit<Change, "where"> | undefined => {
  if (expected === got) return undefined;
  const whole = { expected, got };
  if (isExact(tolerance)) return whole;
  const [a, b] = [takeApart(expected), takeApart(got)];
  const sameWords =
    a.words.length === b.words.length &&
    a.words.every((words, i) => squeeze(words) === squeeze(b.words[i] ?? ""));
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
};

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/**
 * The lines in which two texts differ: words exactly, numbers within the tolerance and one unit of the last decimal
 * that is printed. Lines that came or went are told between those that stayed.
 */
export const compareText = (expected: string, got: string, tolerance: Tolerance): Change[] => {
  const [old, now] = [linesOf(expected), linesOf(got)];
  const differ = (i: number, j: number) => compareLine(old[i] ?? "", now[j] ?? "", tolerance);
  const shared = Math.min(old.length, now.length);
  let head = 0;
  let tail = 0;
  if (old.length !== now.length) {
    while (head < shared && !differ(head, head)) head += 1;
    while (tail < shared - head && !differ(old.length - 1 - tail, now.length - 1 - tail)) tail += 1;
    const gone = old.slice(head, old.length - tail).join("\n");
    const come = now.slice(head, now.length - tail).join("\n");
    return [{ where: `line ${head + 1}`, expected: gone || NOTHING, got: come || NOTHING }];
  }
  return old.flatMap((_, i) => {
    const difference = differ(i, i);
    return difference ? [{ where: `line ${i + 1}`, ...difference }] : [];
  });
};
