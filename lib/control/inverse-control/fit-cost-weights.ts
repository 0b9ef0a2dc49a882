import { checkAbove, checkCount } from "../../core/numeric/check-number";
import {
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  dot,
  plus,
  plusIdentity,
  sandwich,
  scaled,
  transposedProduct,
} from "../../core/numeric/flat-matrix";
import { ilqr, type IlqrPlan } from "../ilqr/ilqr";
import { checkLength } from "../problem/dynamics";
import type { Problem, Trajectory } from "../problem/problem";

/** A path that somebody took, as it was measured. */
export interface ObservedPath {
  /** z_0, [Z]. */
  readonly start: ArrayLike<number>;
  /** What was measured of the path, in any order, [O]. */
  readonly observed: ArrayLike<number>;
  /** Returns the problem that a person with these weights solves. */
  readonly problem: (weights: Float64Array) => Problem;
  /** Returns what would be measured of a path, [O], in units of the standard deviation of a measurement. */
  readonly measure: (path: Trajectory) => Float64Array;
}

/** Options of `fitCostWeights`. */
export interface FitCostWeightsOptions {
  /** Weights to start from, [K], positive. The first one is not changed: it is the unit of the others. */
  readonly initial: ArrayLike<number>;
  /** The greatest number of steps; 30 by default. */
  readonly iterations?: number;
  /** It stops once no logarithm of a weight changes by more; 10⁻⁴ by default. */
  readonly tolerance?: number;
}

/** Weights of the parts of a cost, and what they explain. */
export interface CostWeights {
  /** w, [K]. */
  readonly weights: Float64Array;
  /** The covariance of log w_2 … log w_K, [(K − 1)²]; it allows for dependent errors within a path. */
  readonly covariance: Float64Array;
  /** For each weight exp(log w ± t sd), 95 %, with N − K + 1 degrees of freedom; the first has no width. */
  readonly intervals: readonly (readonly [lower: number, upper: number])[];
  /** Σ (observed − predicted)², in squared standard deviations. */
  readonly squares: number;
  /** How many numbers were measured. */
  readonly measurements: number;
  /** The optimal paths for these weights. */
  readonly plans: readonly IlqrPlan[];
  /** How many steps were made. */
  readonly iterations: number;
  /** Whether it stopped because the weights hardly changed. */
  readonly converged: boolean;
}

/** The step of differences of log w: large beside the tolerance of the plans, small beside 1. */
const DIFFERENCE = 1e-3;

/**
 * Inverse optimal control in two levels: returns the weights of a cost whose optimal paths are nearest to the
 * observed ones (Mombaur, Truong & Laumond 2010, "From human to humanoid locomotion: an inverse optimal
 * control approach", online 2009). The lower level is `ilqr`; the upper one is Levenberg's and Marquardt's
 * method in log w, where Mombaur et al. search without derivatives.
 *
 * The covariance is H⁻¹ (Σ_n g_n g_nᵀ) H⁻¹ · N / (N − K + 1) over N paths, with H = JᵀJ and g_n the gradient
 * of path n, so that paths have to be independent, but not the measurements of one path.
 *
 * @throws if there are fewer paths than weights, a weight is not positive, or sizes do not fit together.
 */
export function fitCostWeights(
  paths: readonly ObservedPath[],
  { initial, iterations = 30, tolerance = 1e-4 }: FitCostWeightsOptions,
): CostWeights {
  const caller = "inverseControl.fitCostWeights";
  const K = initial.length;
  checkCount(caller, "the number of weights", K, 2);
  if (paths.length < K)
    throw new Error(`${caller}: paths must be at least as many as the ${K} weights, got ${paths.length}`);
  Array.from(initial).forEach((w, k) => {
    checkAbove(caller, `initial[${k}]`, w);
  });
  checkCount(caller, "iterations", iterations, 1);
  checkAbove(caller, "tolerance", tolerance);
  const unit = initial[0] ?? NaN;
  let logs = Float64Array.from({ length: K - 1 }, (_, k) => Math.log(initial[k + 1] ?? NaN));
  let now = evaluate(caller, paths, unit, logs);
  let [damping, made, converged] = [1e-3, 0, false];
  let { hessian, gradients } = differentiate(caller, paths, unit, logs, now);
  while (made < iterations && !converged && damping < 1e8) {
    made++;
    const gradient = gradients.reduce((sum, g) => plus(sum, g));
    const scale = Math.max(...Array.from({ length: K - 1 }, (_, k) => hessian[k * K] ?? NaN));
    const lower = choleskyFactor(plusIdentity(hessian, K - 1, damping * scale), K - 1);
    const step = lower === undefined ? undefined : choleskySolve(lower, gradient, K - 1);
    const then = step === undefined ? logs : Float64Array.from(plus(logs, step, -1));
    const next = step === undefined ? now : evaluate(caller, paths, unit, then, now);
    if (step === undefined || !(next.squares < now.squares)) {
      converged = step?.every((x) => Math.abs(x) <= tolerance) ?? false;
      damping *= 10;
      continue;
    }
    converged = step.every((x) => Math.abs(x) <= tolerance);
    [logs, now] = [then, next];
    damping /= 10;
    ({ hessian, gradients } = differentiate(caller, paths, unit, logs, now));
  }
  const covariance = robustCovariance(hessian, gradients, K - 1);
  const weights = Float64Array.of(unit, ...logs.map(Math.exp));
  const t = studentQuantile(paths.length - K + 1);
  return {
    weights,
    covariance,
    intervals: Array.from(weights, (w, k) => {
      const sd = k === 0 ? 0 : Math.sqrt(covariance[(k - 1) * K] ?? NaN);
      return [w * Math.exp(-t * sd), w * Math.exp(t * sd)] as const;
    }),
    squares: now.squares,
    measurements: paths.reduce((sum, { observed }) => sum + observed.length, 0),
    plans: now.plans,
    iterations: made,
    converged,
  };
}

/** The 97.5 % quantile of Student's t, by the expansion of Cornish and Fisher; from 8 on within 0.01. */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / (4 * freedom);
  return z + first + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/** The optimal paths for some weights, and how far the observed ones are from them. */
interface Evaluated {
  readonly plans: readonly IlqrPlan[];
  /** observed − predicted, one array for each path. */
  readonly errors: readonly Float64Array[];
  readonly squares: number;
}

function evaluate(
  caller: string,
  paths: readonly ObservedPath[],
  unit: number,
  logs: Float64Array,
  near?: Evaluated,
): Evaluated {
  const weights = Float64Array.of(unit, ...logs.map(Math.exp));
  const plans = paths.map(({ start, problem }, n) => {
    const last = near?.plans[n];
    return ilqr(problem(weights), start, {
      tolerance: 1e-10,
      ...(last === undefined ? {} : { guess: { controls: last.controls } }),
    });
  });
  const errors = paths.map(({ observed, measure }, n) => {
    const predicted = measure(plans[n] ?? { states: [], controls: [] });
    checkLength(caller, `paths[${n}].observed`, observed, predicted.length);
    return plus(Float64Array.from(observed), predicted, -1);
  });
  return { plans, errors, squares: errors.reduce((sum, e) => sum + dot(e, e), 0) };
}

/** ½ ∂²/∂(log w)² and ½ ∂/∂(log w) of Σ error², the latter of each path (Gauss–Newton). */
function differentiate(
  caller: string,
  paths: readonly ObservedPath[],
  unit: number,
  logs: Float64Array,
  now: Evaluated,
): { hessian: Float64Array; gradients: Float64Array[] } {
  const size = logs.length;
  const columns = Array.from(logs, (_, k) => {
    const at = (by: number): Evaluated =>
      evaluate(
        caller,
        paths,
        unit,
        logs.map((x, i) => (i === k ? x + by : x)),
        now,
      );
    const [up, down] = [at(DIFFERENCE), at(-DIFFERENCE)];
    const slope = 1 / (2 * DIFFERENCE);
    return up.errors.map((e, n) => scaled(plus(e, down.errors[n] ?? e, -1), slope)); // ∂error / ∂ log w_k
  });
  const hessian = new Float64Array(size * size);
  const gradients = now.errors.map((error, n) => {
    const jacobian = columns.map((column) => column[n] ?? error);
    jacobian.forEach((a, i) => {
      jacobian.forEach((b, j) => (hessian[i * size + j] = (hessian[i * size + j] ?? NaN) + dot(a, b)));
    });
    return Float64Array.from(jacobian, (column) => dot(column, error));
  });
  return { hessian, gradients };
}

function robustCovariance(
  hessian: Float64Array,
  gradients: readonly Float64Array[],
  size: number,
): Float64Array {
  const lower = choleskyFactor(hessian, size);
  if (lower === undefined) return new Float64Array(size * size).fill(NaN);
  const N = gradients.length;
  const meat = gradients
    .map((g) => transposedProduct(g, g, 1))
    .reduce((sum, outer) => plus(sum, outer), new Float64Array(size * size));
  return sandwich(choleskyInverse(lower, size), meat, size).map((x) => (x * N) / (N - size));
}
