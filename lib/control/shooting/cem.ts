import { checkCount } from "../../core/numeric/check-number";
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
import { checkSamples, cheapest, drawControls, evaluate, noiseOf, type NoiseOptions } from "./candidates";

/** Options of `cem`. */
export interface CemOptions extends NoiseOptions {
  /** The number of sequences that are drawn in an iteration; 64 by default. */
  readonly samples?: number;
  /** How many of them, those with the least costs, give the next mean and deviation; 8 by default. */
  readonly elites?: number;
  /** The number of iterations; 4 by default. */
  readonly iterations?: number;
  /** The least standard deviation after an iteration, as a share of the first; 0 by default. */
  readonly minSigma?: number;
  /** The first mean, such as the last plan shifted by a step; controls of 0 by default. */
  readonly guess?: Guess | undefined;
}

/** A plan of the cross-entropy method: the best sequence that it has tried. */
export interface CemPlan extends Plan {
  /** The mean of the last elites, T arrays [A]. */
  readonly mean: readonly Float64Array[];
  /** Their standard deviation, T arrays [A]. */
  readonly sigma: readonly Float64Array[];
}

/**
 * The cross-entropy method: draws sequences of controls from a normal distribution, fits it to the best of
 * them, and repeats (Rubinstein 1999; Kobilarov 2012). Draws are clipped to the limits.
 *
 * @param start z_0, [Z].
 * @throws if the start or the guess has a wrong length, an option is not valid, or no sequence has a
 *   finite cost.
 */
export function cem(problem: Problem, start: ArrayLike<number>, key: Key, options: CemOptions = {}): CemPlan {
  const { samples = 64, elites = 8, iterations = 4, minSigma = 0 } = options;
  checkProblem("cem", problem, start);
  checkSamples("cem", samples);
  checkCount("cem", "elites", elites, 1);
  checkCount("cem", "iterations", iterations, 1);
  if (elites > samples) throw new Error(`cem: elites must be at most the ${samples} samples, got ${elites}`);
  if (!(minSigma >= 0 && minSigma <= 1))
    throw new Error(`cem: minSigma must be from 0 to 1, a share of sigma, got ${minSigma}`);
  const bounds = limitsOf("cem", problem);
  const noise = noiseOf("cem", options, bounds);
  const floor = noise.sigma.map((s) => minSigma * s);
  const z0 = Float64Array.from(start);
  const numbers = stream(key);
  let mean = initialControls("cem", problem, start, options.guess);
  let sigma = mean.map(() => noise.sigma);
  let best = evaluate(problem, z0, [mean]);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const draws = drawControls(numbers, samples, mean, sigma, noise.correlation, bounds);
    const plans = evaluate(problem, z0, draws).sort((a, b) => a.cost - b.cost);
    const chosen = plans.slice(0, elites).map(({ controls }) => controls);
    best = [cheapest("cem", [...best, ...plans])];
    mean = mean.map((m, t) => m.map((_, i) => average(chosen, (u) => u[t]?.[i] ?? NaN)));
    sigma = mean.map((m, t) =>
      m.map((centre, i) => {
        const variance = average(chosen, (u) => ((u[t]?.[i] ?? NaN) - centre) ** 2);
        return Math.max(Math.sqrt(variance), floor[i] ?? NaN);
      }),
    );
  }
  return { ...cheapest("cem", [...best, ...evaluate(problem, z0, [mean])]), mean, sigma };
}

function average<T>(items: readonly T[], f: (item: T) => number): number {
  return items.reduce((sum, item) => sum + f(item), 0) / items.length;
}
