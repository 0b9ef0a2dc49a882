/** One difference between two outputs. */
export interface Change {
  /** The position in the output: `line 3`, `series "test", field "kl", 12 of 41 values, largest at row 3`. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** For numbers: the difference relative to the expected value. */
  readonly relative?: number;
  /** The tolerance, formatted for display. */
  readonly allowed?: string;
}

/** Shown in place of a missing value. */
export const NOTHING = "nothing";

/** Formats a number with six significant digits. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The difference of two numbers relative to the first; undefined if that is 0. */
export function relativeDifference(expected: number, got: number): number | undefined {
  const share = Math.abs(got - expected) / Math.abs(expected);
  return Number.isFinite(share) ? share : undefined;
}
