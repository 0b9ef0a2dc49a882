import { checkAbove, checkCount } from "../../core/numeric/check-number";
import {
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  dot,
  plus,
  plusIdentity,
} from "../../core/numeric/flat-matrix";
import { checkTable } from "../mdp/mdp";
import type { BehaviourOptions } from "./behaviour";
import { checkTasks, evaluate, type RewardObjective, type Task } from "./reward-objective";

/** Options of `fitRewards`. */
export interface FitRewardsOptions extends BehaviourOptions {
  /**
   * The standard deviation of the prior N(0, sd²) of each weight; 10 by default. It decides where the
   * episodes say nothing: about features that nobody met, or a constant that all rewards share.
   */
  readonly priorSd?: number;
  /** The weights of the first iteration, [F]; 0 by default. */
  readonly initial?: ArrayLike<number>;
  /** It stops if no derivative of the log posterior density, per episode, is greater; 10⁻⁸ by default. */
  readonly tolerance?: number;
  /** The greatest number of Newton steps; 100 by default. */
  readonly iterations?: number;
}

/** Weights that explain what people did. */
export interface RewardFit {
  /** θ, [F]. */
  readonly weights: Float64Array;
  /**
   * Laplace's approximation of the posterior covariance of θ, [F · F]. For the objective `features` it holds
   * in deterministic worlds only, where that objective is a likelihood.
   */
  readonly covariance: Float64Array;
  /** The posterior standard deviation of each weight, [F]. */
  readonly sd: Float64Array;
  /** The mean objective per episode, in nats. */
  readonly value: number;
  /** How many Newton steps were made. */
  readonly iterations: number;
  /** Whether it stopped because the derivatives were small. */
  readonly converged: boolean;
}

/** The step of central differences of the gradient, which balances rounding and truncation. */
const DIFFERENCE = Number.EPSILON ** (1 / 3);

/** A step must give this share of the increase that its slope promises (Armijo's rule). */
const SUFFICIENT = 1e-4;

/**
 * Maximum-entropy inverse reinforcement learning: returns the weights of the features under which the
 * episodes are most probable, or which match their features (Ziebart et al. 2008), by Newton's method with
 * exact gradients, whose central differences are the Hessian.
 *
 * @throws if an episode is not possible in its process, sizes do not fit together, an option is not valid, or
 *   the values for the first weights do not converge.
 */
export function fitRewards(tasks: readonly Task[], options: FitRewardsOptions = {}): RewardFit {
  const { priorSd = 10, tolerance = 1e-8, iterations = 100 } = options;
  const caller = "inverseRl.fitRewards";
  const F = checkTasks(caller, tasks, options);
  checkAbove(caller, "priorSd", priorSd);
  checkAbove(caller, "tolerance", tolerance);
  checkCount(caller, "iterations", iterations, 1);
  const episodes = tasks.reduce((sum, task) => sum + task.episodes.length, 0);
  const precision = 1 / (priorSd * priorSd * episodes); //                of the prior, per episode
  const posterior = (weights: Float64Array): RewardObjective | undefined => {
    const found = evaluate(tasks, weights, options);
    if (found === undefined) return undefined;
    return {
      value: found.value - 0.5 * precision * dot(weights, weights),
      gradient: plus(found.gradient, weights, -precision),
    };
  };
  let weights: Float64Array = Float64Array.from(options.initial ?? new Float64Array(F));
  checkTable(caller, "initial", weights, F);
  let now = posterior(weights);
  if (now === undefined)
    throw new Error(`${caller}: the values of the first weights must converge; pass lower ones as initial`);
  let made = 0;
  let converged = isFlat(now, tolerance);
  while (!converged && made < iterations) {
    made++;
    const step = newtonStep(posterior, weights, now);
    const better = search(posterior, weights, now, step);
    if (better === undefined) break; //                                   no digit is left to gain
    ({ weights, now } = better);
    converged = isFlat(now, tolerance);
  }
  const curvature = negativeHessian(posterior, weights).map((x) => x * episodes);
  const covariance = inverse(curvature, F);
  return {
    weights,
    covariance,
    sd: Float64Array.from({ length: F }, (_, k) => Math.sqrt(covariance[k * (F + 1)] ?? NaN)),
    value: now.value + 0.5 * precision * dot(weights, weights),
    iterations: made,
    converged,
  };
}

type Posterior = (weights: Float64Array) => RewardObjective | undefined;

function isFlat({ gradient }: RewardObjective, tolerance: number): boolean {
  return gradient.every((g) => Math.abs(g) <= tolerance);
}

/** −∂²/∂θ² by central differences of the gradient, symmetric, [F · F]; NaN where values do not converge. */
function negativeHessian(posterior: Posterior, weights: Float64Array): Float64Array {
  const F = weights.length;
  const columns = Array.from(weights, (w, j) => {
    const h = DIFFERENCE * Math.max(1, Math.abs(w));
    const at = (by: number): Float64Array =>
      posterior(weights.map((x, i) => (i === j ? x + by : x)))?.gradient ?? new Float64Array(F).fill(NaN);
    return plus(at(-h), at(h), -1).map((x) => x / (2 * h));
  });
  const entry = (i: number, j: number): number => columns[j]?.[i] ?? NaN;
  return Float64Array.from({ length: F * F }, (_, k) => {
    const [i, j] = [Math.floor(k / F), k % F];
    return 0.5 * (entry(i, j) + entry(j, i));
  });
}

/** Returns −H⁻¹ ∇, with as much added to the diagonal of −H as it takes to be positive definite. */
function newtonStep(posterior: Posterior, weights: Float64Array, now: RewardObjective): Float64Array {
  const F = weights.length;
  const curvature = negativeHessian(posterior, weights);
  if (curvature.some((x) => !Number.isFinite(x))) return now.gradient;
  const size = Math.max(...Array.from({ length: F }, (_, k) => Math.abs(curvature[k * (F + 1)] ?? NaN)));
  for (let damping = 0; ; damping = Math.max(1e-6 * size, 10 * damping)) {
    const lower = choleskyFactor(plusIdentity(curvature, F, damping), F);
    if (lower !== undefined) return choleskySolve(lower, now.gradient, F);
  }
}

/** Returns the first of ever shorter steps that raises the objective enough, undefined if none does. */
function search(
  posterior: Posterior,
  weights: Float64Array,
  now: RewardObjective,
  step: Float64Array,
): { readonly weights: Float64Array; readonly now: RewardObjective } | undefined {
  const slope = dot(now.gradient, step);
  for (let length = 1; length > 1e-10; length /= 2) {
    const then = plus(weights, step, length);
    const found = posterior(then);
    if (found === undefined || !Number.isFinite(found.value)) continue;
    const isFlatter = Math.hypot(...found.gradient) < Math.hypot(...now.gradient);
    const rise = found.value - now.value;
    const noise = 1e-14 * Math.abs(now.value);
    if (rise >= SUFFICIENT * length * slope || (rise >= -noise && isFlatter))
      return { weights: then, now: found };
  }
  return undefined;
}

function inverse(a: Float64Array, size: number): Float64Array {
  const lower = choleskyFactor(a, size);
  return lower === undefined ? new Float64Array(size * size).fill(NaN) : choleskyInverse(lower, size);
}
