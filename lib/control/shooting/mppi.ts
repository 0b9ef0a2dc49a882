import { checkAbove, checkCount } from "../../core/numeric/check-number";
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

/** Options of `mppi`. */
export interface MppiOptions extends NoiseOptions {
  /** The number of sequences that are drawn in an iteration; 128 by default. */
  readonly samples?: number;
  /** The number of iterations; 1 by default. */
  readonly iterations?: number;
  /** λ, in units of the cost: the smaller, the more the best draws count; 1 by default. */
  readonly temperature?: number;
  /** The first mean, such as the last plan shifted by a step; controls of 0 by default. */
  readonly guess?: Guess | undefined;
}

/** A plan of MPPI: the weighted mean of the last draws. */
export interface MppiPlan extends Plan {
  /** 1 / Σ w², how many draws have a share in the mean, from 1 to the number of samples. */
  readonly effectiveSamples: number;
}

/**
 * Model predictive path integral control: returns the mean of normal draws of controls, weighted by
 * exp(−cost / λ) (Williams et al. 2017, "Information theoretic MPC").
 *
 * The control is an inference here: with the draws as the prior and exp(−cost / λ) as the likelihood, the
 * mean is that of the posterior. The cost of the problem is the whole cost; the paper's additional cost of
 * the distance to the last mean is not added. Draws are clipped to the limits.
 *
 * @param start z_0, [Z].
 * @throws if the start or the guess has a wrong length, an option is not valid, or no sequence has a
 *   finite cost.
 */
export function mppi(
  problem: Problem,
  start: ArrayLike<number>,
  key: Key,
  options: MppiOptions = {},
): MppiPlan {
  const { samples = 128, iterations = 1, temperature = 1 } = options;
  checkProblem("mppi", problem, start);
  checkSamples("mppi", samples);
  checkCount("mppi", "iterations", iterations, 1);
  checkAbove("mppi", "temperature", temperature);
  const bounds = limitsOf("mppi", problem);
  const noise = noiseOf("mppi", options, bounds);
  const z0 = Float64Array.from(start);
  const numbers = stream(key);
  let mean = initialControls("mppi", problem, start, options.guess);
  const sigma = mean.map(() => noise.sigma);
  let effectiveSamples = NaN;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const draws = drawControls(numbers, samples, mean, sigma, noise.correlation, bounds);
    const plans = evaluate(problem, z0, draws);
    const least = cheapest("mppi", plans).cost;
    const weights = plans.map(({ cost }) => Math.exp((least - cost) / temperature));
    const total = weights.reduce((sum, w) => sum + w, 0);
    effectiveSamples = total ** 2 / weights.reduce((sum, w) => sum + w * w, 0);
    mean = mean.map((m, t) =>
      m.map((_, i) => draws.reduce((sum, u, s) => sum + (weights[s] ?? NaN) * (u[t]?.[i] ?? NaN), 0) / total),
    );
  }
  return { ...cheapest("mppi", evaluate(problem, z0, [mean])), effectiveSamples };
}
