import { checkAbove } from "../../core/numeric/check-number";

/** Options of `countBonus`. */
export interface CountBonusOptions {
  /** β, in units of reward; 1 by default. */
  readonly scale?: number;
  /** The power of the count: ½ by default, 1 for the bonus of Bayesian exploration. */
  readonly power?: number;
  /** What is added to the count, so that the bonus of a new state is finite; 0.01 by default. */
  readonly offset?: number;
}

/**
 * Returns the bonus β / (N + offset)^power for what was visited N times, in units of reward; 0 for an
 * infinite count.
 *
 * With the power ½ and the offset 0 it is that of model-based interval estimation (Strehl & Littman 2008),
 * with the offset 0.01 that of pseudo-counts (Bellemare et al. 2016), and with the power 1 and the offset 1
 * that of Bayesian exploration (Kolter & Ng 2009).
 *
 * @param count N, a count or a pseudo-count, at least 0.
 * @throws if the count is negative or NaN, the scale or the power is not positive, the offset is negative, or
 *   both the count and the offset are 0.
 */
export function countBonus(
  count: number,
  { scale = 1, power = 0.5, offset = 0.01 }: CountBonusOptions = {},
): number {
  const caller = "exploration.countBonus";
  if (!(count >= 0)) throw new Error(`${caller}: count must be at least 0, got ${count}`);
  checkAbove(caller, "scale", scale);
  checkAbove(caller, "power", power);
  if (!(Number.isFinite(offset) && offset >= 0))
    throw new Error(`${caller}: offset must be a finite number >= 0, got ${offset}`);
  if (count + offset === 0)
    throw new Error(`${caller}: count + offset must be above 0, got 0; pass an offset, such as 0.01`);
  return scale / (count + offset) ** power;
}

/**
 * Returns the bonus √(2 log n / N) of an action that was taken N times in n steps, in units of a reward in
 * [0, 1]; ∞ if it was never taken (UCB1; Auer, Cesa-Bianchi & Fischer 2002).
 *
 * @param count N, at least 0.
 * @param steps n, at least 1.
 * @throws if one of them is out of range.
 */
export function upperConfidenceBonus(count: number, steps: number): number {
  const caller = "exploration.upperConfidenceBonus";
  if (!(count >= 0)) throw new Error(`${caller}: count must be at least 0, got ${count}`);
  if (!(steps >= 1)) throw new Error(`${caller}: steps must be at least 1, got ${steps}`);
  return count === 0 ? Infinity : Math.sqrt((2 * Math.log(steps)) / count);
}
