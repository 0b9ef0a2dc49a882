import { stream } from "../../core/random/stream";
import type { Key } from "../../core/random/key";
import {
  checkProblem,
  initialControls,
  limitsOf,
  type Guess,
  type Plan,
  type Problem,
} from "../problem/problem";
import { checkSamples, cheapest, evaluate } from "./candidates";

/** Options of `randomShooting`. */
export interface RandomShootingOptions {
  /** The number of sequences that are drawn; 300 by default. */
  readonly samples?: number;
  /** One more plan to try, such as the last one shifted by a step; controls of 0 by default. */
  readonly guess?: Guess | undefined;
}

/**
 * Random shooting: returns the best of sequences of controls that are drawn uniformly within the limits.
 *
 * @param start z_0, [Z].
 * @throws if the start or the guess has a wrong length, a control has no finite limits, or no sequence has
 *   a finite cost.
 */
export function randomShooting(
  problem: Problem,
  start: ArrayLike<number>,
  key: Key,
  { samples = 300, guess }: RandomShootingOptions = {},
): Plan {
  checkProblem("randomShooting", problem, start);
  checkSamples("randomShooting", samples);
  const { lower, upper } = limitsOf("randomShooting", problem);
  if (![...lower, ...upper].every(Number.isFinite))
    throw new Error(
      "randomShooting: limits must be finite, got none for some control; give limits, or use cem",
    );
  const first = initialControls("randomShooting", problem, start, guess);
  const numbers = stream(key);
  const draws = Array.from({ length: samples }, () =>
    first.map(() => lower.map((low, i) => numbers.uniform(low, upper[i]))),
  );
  return cheapest("randomShooting", evaluate(problem, Float64Array.from(start), [first, ...draws]));
}
