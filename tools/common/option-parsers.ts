import { InvalidArgumentError } from "commander";

/**
 * Seconds from the command line.
 *
 * @throws for anything else than a number from 0.
 */
export const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError("expected seconds, 0 for no limit.");
  return value;
};

/**
 * A count from the command line.
 *
 * @throws for anything else than a whole number from 1.
 */
export const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("expected a whole number from 1.");
  return value;
};
