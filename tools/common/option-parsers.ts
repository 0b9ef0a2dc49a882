import { InvalidArgumentError } from "commander";

/**
 * Parses a time limit in seconds.
 *
 * @throws if the text is not a non-negative number.
 */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("expected a number of seconds, or 0 for no limit.");
  return value;
}

/**
 * Parses a number that is not negative.
 *
 * @throws if the text is not one.
 */
export function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || !Number.isFinite(value))
    throw new InvalidArgumentError("expected a number that is at least 0.");
  return value;
}

/**
 * Parses a count.
 *
 * @throws if the text is not a positive integer.
 */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected a positive integer.");
  return value;
}
