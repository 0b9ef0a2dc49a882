import { extent } from "./numbers";

/** The values of a curve at one step: the value itself and, if it has one, both ends of its interval. */
export interface CurvePoint {
  readonly step: number;
  readonly values: readonly number[];
}

/** The y range of a training curve. */
export interface SettledRange {
  readonly domain: [low: number, high: number];
  /** Some values before this step are outside the domain; 0 if all values are inside. */
  readonly cutBefore: number;
}

/** The share of the steps, from the start, that may be cut off. */
const EARLY_SHARE = 0.1;

/**
 * The early steps are cut off if the range of all steps is more than this many times as wide as that of the
 * others.
 */
const WIDTH_RATIO = 3;

/**
 * Returns a y range in which the later part of a training curve is readable: the first steps are excluded if
 * their values, often far from the others, would flatten the rest of the curve.
 */
export function settledRange(points: readonly CurvePoint[]): SettledRange {
  const start = EARLY_SHARE * extent(points.map((point) => point.step))[1];
  const all = extent(points.flatMap((point) => point.values));
  const late = extent(points.filter((point) => point.step >= start).flatMap((point) => point.values));
  if (late[0] === late[1] || width(all) <= WIDTH_RATIO * width(late))
    return { domain: withMargin(all), cutBefore: 0 };
  const domain = withMargin(late);
  const isOutside = (value: number): boolean => value < domain[0] || value > domain[1];
  const [, lastOutside] = extent(
    points.filter(({ values }) => values.some(isOutside)).map(({ step }) => step),
  );
  const [cutBefore] = extent(points.map(({ step }) => step).filter((step) => step > lastOutside));
  return { domain, cutBefore };
}

function width([low, high]: readonly [number, number]): number {
  return high - low;
}

/** Adds 4 % on both sides; a constant curve gets a range of positive width. */
function withMargin([low, high]: readonly [number, number]): [number, number] {
  const margin = low === high ? Math.max(1, 0.05 * Math.abs(low)) : 0.04 * (high - low);
  return [low - margin, high + margin];
}
