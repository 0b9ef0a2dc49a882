import { short } from "../numeric/numbers";
import type { Titles } from "./theme";
import { reject } from "../numeric/validate";

/** Part of a row that may carry an interval around its value. */
export interface Interval {
  /** Lower end of the interval; goes with `upper`. */
  readonly lower?: number;
  /** Upper end of the interval; goes with `lower`. */
  readonly upper?: number;
}

/** Options of figures whose rows may carry intervals. */
export interface IntervalOptions extends Titles {
  /** What the intervals are, for example `95 % over 5 seeds`; asked for where rows carry them, and written above. */
  readonly interval?: string;
}

/**
 * Checks that intervals have both ends, in order, and are explained.
 *
 * @returns whether any row carries one.
 */
export function checkIntervals(
  caller: string,
  argument: string,
  rows: readonly Interval[],
  { interval }: IntervalOptions,
): boolean {
  rows.forEach((row, i) => checkEnds(caller, `${argument}[${i}]`, row));
  const any = rows.some(({ lower }) => lower !== undefined);
  if (any && interval === undefined)
    reject(
      caller,
      "options.interval",
      "the meaning of lower and upper",
      "undefined",
      'say it, as in "95 % over 5 seeds"',
    );
  return any;
}

function checkEnds(caller: string, row: string, { lower, upper }: Interval): void {
  if ((lower === undefined) !== (upper === undefined))
    reject(
      caller,
      row,
      "with both lower and upper, or neither",
      lower === undefined ? "upper alone" : "lower alone",
      "give the other end of the interval too",
    );
  if (lower !== undefined && upper !== undefined && lower > upper)
    reject(caller, row, "an interval with lower <= upper", `${lower} > ${upper}`, "exchange the two ends");
}

/** The two ends for the data of a spec; nothing where there are none. */
export const ends = ({ lower, upper }: Interval) =>
  lower === undefined || upper === undefined ? {} : { lower: short(lower), upper: short(upper) };

/** Titles with notes after the subtitle; the interval's meaning comes first. */
export function withNotes(options: IntervalOptions, drawnAs: string, ...notes: readonly string[]): Titles {
  const { title, subtitle, interval } = options;
  const meaning = interval === undefined ? [] : [`${drawnAs}: ${interval}.`];
  const all = [...(subtitle === undefined ? [] : [subtitle]), ...meaning, ...notes];
  return {
    ...(title === undefined ? {} : { title }),
    ...(all.length === 0 ? {} : { subtitle: all.join(" ") }),
  };
}
