/** One thing that is not as it was. */
export interface Change {
  /** Where in the output: `line 3`, `series "test", field "kl", 12 of 41 values, the most at row 3`. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** The difference as a share of what was expected, for numbers. */
  readonly relative?: number;
  /** What would have been allowed, in words. */
  readonly allowed?: string;
}

/** What stands where there is nothing. */
export const NOTHING = "nothing";

/** A number for people: six significant digits. */
export const showNumber = (value: number): string => String(Number(value.toPrecision(6)));

/** The difference of two numbers as a share of the first; undefined for a share of nothing. */
export const relativeDifference = (expected: number, got: number): number | undefined => {
  const share = Math.abs(got - expected) / Math.abs(expected);
  return Number.isFinite(share) ? share : undefined;
};
