import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { plus } from "../../core/numeric/flat-matrix";
import type { RandomStream } from "../../core/random/stream";
import { clipped, rollout, type Bounds, type Plan, type Problem } from "../problem/problem";

/** How planners draw controls about a mean. */
export interface NoiseOptions {
  /**
   * The standard deviation of the draws, for all controls or for each [A]; by default a quarter of the range
   * of the limits, and 1 for a control without limits.
   */
  readonly sigma?: number | readonly number[];
  /** The correlation of the noise of neighbouring steps, from 0, the default, to below 1. */
  readonly correlation?: number;
}

/** The noise of T steps, for a mean sequence of controls. */
export interface Noise {
  /** The standard deviation of each control, [A]. */
  readonly sigma: Float64Array;
  readonly correlation: number;
}

/** Checks the options of noise, and fills in the defaults. */
export function noiseOf(
  caller: string,
  { sigma, correlation = 0 }: NoiseOptions,
  { lower, upper }: Bounds,
): Noise {
  if (!(correlation >= 0 && correlation < 1))
    throw new Error(`${caller}: correlation must be at least 0 and below 1, got ${correlation}`);
  const A = lower.length;
  const given = typeof sigma === "number" ? new Array<number>(A).fill(sigma) : sigma;
  if (given !== undefined && given.length !== A)
    throw new Error(`${caller}: sigma must be one number or ${A}, got ${given.length}`);
  given?.forEach((s) => checkAbove(caller, "sigma", s));
  const quarter = lower.map((low, i) => {
    const range = (upper[i] ?? NaN) - low;
    return Number.isFinite(range) && range > 0 ? range / 4 : 1;
  });
  return { sigma: given === undefined ? quarter : Float64Array.from(given), correlation };
}

/**
 * Returns noise of T steps with variance 1 at each: e_t = ρ e_{t−1} + √(1 − ρ²) ε_t. Slow noise moves a
 * system further than white noise, whose steps cancel (Pinneri et al. 2020, who colour it by its spectrum).
 */
export function correlatedNoise(
  stream: RandomStream,
  steps: number,
  size: number,
  correlation: number,
): Float64Array[] {
  const fresh = Math.sqrt(1 - correlation * correlation);
  let last = Float64Array.from({ length: size }, () => stream.normal());
  return Array.from({ length: steps }, (_, t) => {
    if (t > 0) last = last.map((e) => correlation * e + fresh * stream.normal());
    return last;
  });
}

/** Returns draws of controls within the limits: mean_t + σ_t e_t, `samples` sequences of T arrays [A]. */
export function drawControls(
  stream: RandomStream,
  samples: number,
  mean: readonly Float64Array[],
  sigmas: readonly Float64Array[],
  correlation: number,
  bounds: Bounds,
): Float64Array[][] {
  const size = bounds.lower.length;
  return Array.from({ length: samples }, () => {
    const noise = correlatedNoise(stream, mean.length, size, correlation);
    return mean.map((m, t) => {
      const scaled = noise[t]?.map((e, i) => e * (sigmas[t]?.[i] ?? NaN)) ?? m;
      return clipped(plus(m, scaled), bounds);
    });
  });
}

/** Returns the plans of sequences of controls, a cost that is NaN as ∞. */
export function evaluate(
  problem: Problem,
  start: Float64Array,
  candidates: readonly (readonly Float64Array[])[],
): Plan[] {
  return candidates.map((controls) => {
    const plan = rollout(problem, start, controls);
    return Number.isNaN(plan.cost) ? { ...plan, cost: Infinity } : plan;
  });
}

/** Returns the plan with the least cost; throws if none is finite. */
export function cheapest(caller: string, plans: readonly Plan[]): Plan {
  const [first, ...others] = plans;
  const best = others.reduce((a, b) => (b.cost < (a?.cost ?? NaN) ? b : a), first);
  if (best !== undefined && Number.isFinite(best.cost)) return best;
  throw new Error(
    `${caller}: some plan must have a finite cost, got none of ${plans.length}; ` +
      "check the model, or draw smaller controls",
  );
}

/** Throws unless the number of samples is a positive integer. */
export function checkSamples(caller: string, samples: number): void {
  checkCount(caller, "samples", samples, 1);
}
