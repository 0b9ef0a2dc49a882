import { roundDigits } from "../numeric/numbers";
import { rejectArgument } from "../numeric/validate";
import { withNotes, type Titles } from "./theme";

/** The optional interval around the value of a row. */
export interface Interval {
  /** The lower end of the interval; requires `upper`. */
  readonly lower?: number;
  /** The upper end of the interval; requires `lower`. */
  readonly upper?: number;
}

/** Options of figures whose rows may have intervals. */
export interface IntervalOptions extends Titles {
  /**
   * What the intervals are, for example `95 % over 5 seeds`; shown in the subtitle, required if a row has
   * one.
   */
  readonly interval?: string;
}

/**
 * Checks that every interval has both ends in order, and that `options.interval` explains them.
 *
 * @returns whether any row has an interval.
 */
export function checkIntervals(
  caller: string,
  argument: string,
  rows: readonly Interval[],
  { interval }: IntervalOptions,
): boolean {
  rows.forEach((row, i) => checkInterval(caller, `${argument}[${i}]`, row));
  const hasIntervals = rows.some(({ lower }) => lower !== undefined);
  if (hasIntervals && interval === undefined)
    rejectArgument(
      caller,
      "options.interval",
      "say what lower and upper are",
      "undefined",
      'for example "95 % over 5 seeds"',
    );
  return hasIntervals;
}

function checkInterval(caller: string, row: string, { lower, upper }: Interval): void {
  if ((lower === undefined) !== (upper === undefined))
    rejectArgument(
      caller,
      row,
      "have both lower and upper, or neither",
      lower === undefined ? "only upper" : "only lower",
      "add the other end of the interval",
    );
  if (lower !== undefined && upper !== undefined && lower > upper)
    rejectArgument(caller, row, "have lower <= upper", `${lower} > ${upper}`, "swap the two ends");
}

/**
 * Returns the rounded ends for the data of a spec; empty if the row has no interval.
 *
 * @param round rounds as the values between the ends are rounded.
 */
export function intervalFields({ lower, upper }: Interval, round: (value: number) => number = roundDigits) {
  return lower === undefined || upper === undefined ? {} : { lower: round(lower), upper: round(upper) };
}

/**
 * Returns the titles with a subtitle that explains the intervals, drawn as `mark` ("Band"), and then the
 * notes.
 */
export function withIntervalNote(
  options: IntervalOptions,
  mark: string,
  ...notes: readonly string[]
): Titles {
  const { interval } = options;
  return withNotes(options, [...(interval === undefined ? [] : [`${mark}: ${interval}.`]), ...notes], " ");
}
