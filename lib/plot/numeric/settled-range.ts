import { extent } from "./numbers";

/** What a curve shows at one step: its value, and the ends of its interval if it has one. */
export interface CurvePoint {
  readonly step: number;
  readonly values: readonly number[];
}

/** The part of the y axis to show. */
export interface SettledRange {
  readonly domain: [low: number, high: number];
  /** Before this step some value lies outside of the domain; 0 when none does. */
  readonly cutBefore: number;
}

/** The first tenth of the steps may be cut off, when with it the range is more than three times as wide. */
const early = 0.1;
const muchWider = 3;

/**
 * The range of a training curve that lets its later part be read: the first steps, often far away, are left out
 * where they would press all others into a line.
 */
export function settledRange(points: readonly CurvePoint[]): SettledRange {
  const start = early * extent(points.map((point) => point.step))[1];
  const whole = extent(points.flatMap((point) => point.values));
  const late = extent(points.filter((point) => point.step >= start).flatMap((point) => point.values));
  if (late[0] === late[1] || width(whole) <= muchWider * width(late))
    return { domain: padded(whole), cutBefore: 0 };
  const domain = padded(late);
  const isOutside = (value: number): boolean => value < domain[0] || value > domain[1];
  const [, lastOutside] = extent(
    points.filter(({ values }) => values.some(isOutside)).map(({ step }) => step),
  );
  const [cutBefore] = extent(points.map(({ step }) => step).filter((step) => step > lastOutside));
  return { domain, cutBefore };
}

const width = ([low, high]: readonly [number, number]): number => high - low;

/** A little room above and below; some room at all where every value is the same. */
function padded([low, high]: readonly [number, number]): [number, number] {
  const margin = low === high ? Math.max(1, 0.05 * Math.abs(low)) : 0.04 * (high - low);
  return [low - margin, high + margin];
}
