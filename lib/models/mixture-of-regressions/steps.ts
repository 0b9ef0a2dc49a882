import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/shape";
import { choleskyOf } from "../../core/symmetric";
import * as tree from "../../core/tree";
import type { Expectation } from "../../inference/em";
import { leastSquares, solve } from "./least-squares";
import { checkPairs, conditional, means, sizes, type Gate, type MixtureOfRegressions } from "./model";

/** Pairs to fit: features φ(x) [N, F] and y [N, D]. */
export interface RegressionData {
  readonly features: tf.Tensor;
  readonly y: tf.Tensor;
}

/** What the M-step needs of labels r_nk and of the residuals e_nk = y_n − W_kᵀ φ_n of the parameters that it starts from. */
export interface RegressionStatistics {
  /** r, [N, K]. */
  readonly labels: tf.Tensor;
  /** Σ_n r_nk φ_n φ_nᵀ, [K, F, F]. */
  readonly moments: tf.Tensor;
  /** Σ_n r_nk φ_n e_nkᵀ, [K, F, D]. */
  readonly cross: tf.Tensor;
  /** Σ_n r_nk e_nk², [K, D]. */
  readonly squares: tf.Tensor;
}

/**
 * The E-step: p(z|x, y) of each pair, summed up for the M-step.
 *
 * @throws when the features or y have another shape than the model's.
 */
export function eStep(
  params: MixtureOfRegressions,
  { features, y }: RegressionData,
): Expectation<RegressionStatistics> & { readonly logProb: tf.Tensor } {
  checkPairs("mixtureOfRegressions.eStep", params, features, y);
  const p = conditional(params, features);
  const r = p.posterior(y).probs(); //                       p(z|x, y)                                   [N, K]
  return { statistics: sums(params, features, y, r), logProb: p.logProb(y) };
}

/**
 * The sums of the M-step for any labels: responsibilities, a single one for each pair, or shares of draws.
 *
 * @param labels [N, K]; each row sums to 1.
 * @throws when a shape does not fit.
 */
export function statistics(
  params: MixtureOfRegressions,
  { features, y }: RegressionData,
  labels: tf.Tensor,
): RegressionStatistics {
  const caller = "mixtureOfRegressions.statistics";
  checkPairs(caller, params, features, y);
  const [components] = sizes(params);
  checkShape(caller, "labels", labels, [`N=${features.shape[0]}`, `K=${components}`], "one row a pair");
  return tree.tidy(() => sums(params, features, y, labels.clone()));
}

function sums(
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
  labels: tf.Tensor,
): RegressionStatistics {
  const [components] = sizes(params);
  const e = y.expandDims(1).sub(means(params, features)).transpose([1, 0, 2]); //                        [K, N, D]
  const r = labels.transpose().expandDims(2); //                                                         [K, N, 1]
  const all = features.expandDims(0).tile([components, 1, 1]); //                                        [K, N, F]
  const weighted = all.mul(r);
  return {
    labels,
    moments: tf.matMul(weighted, all, true),
    cross: tf.matMul(weighted, e, true),
    squares: e.square().mul(r).sum(1),
  };
}

/** Choices of the M-step. */
export interface RegressionMStepOptions {
  /** The smallest variance of each y given x and z, in its squared unit; 0 by default. */
  readonly floor?: number;
  /** What a step of the coefficients costs, as a share of the mean square of a feature over all pairs; 10⁻⁶ by default. */
  readonly damping?: number;
  /** Steps of a softmax gate, which has no closed form; 10 by default. */
  readonly gateSteps?: number;
}

/**
 * The M-step: weighted least squares for each regression, and the gate; E[log p(y, z|x, θ)] is not lowered, so neither is the likelihood.
 *
 * W_k and σ_k in closed form, p(z = k) = N_k / N for a constant gate. A softmax gate goes uphill by Böhning's bound, whose step
 * V ← V + 2 (ΦᵀΦ)⁻¹ Φᵀ (r − p) needs no length to be searched (Böhning 1992). Damping holds the coefficients where the pairs that a
 * regression answers for do not determine them. It reads values.
 *
 * @param params the parameters that the statistics were made with.
 * @throws when the moments are not positive definite, which damping above 0 rules out for finite features.
 */
export function mStep(
  statistics: RegressionStatistics,
  params: MixtureOfRegressions,
  { features }: RegressionData,
  { floor = 0, damping = 1e-6, gateSteps = 10 }: RegressionMStepOptions = {},
): MixtureOfRegressions {
  const [components, size, outputs] = sizes(params);
  const read = (x: tf.Tensor): unknown => x.arraySync();
  const moments = read(statistics.moments) as number[][][];
  const [cross, squares] = [read(statistics.cross) as number[][][], read(statistics.squares) as number[][]];
  const [oldW, oldSigma] = [read(params.coefficients) as number[][][], read(params.sigma) as number[][]];
  const counts = tf.tidy(() => Array.from(statistics.labels.sum(0).dataSync()));
  const total = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => moments.reduce((sum, each) => sum + (each[i]?.[j] ?? NaN), 0)),
  );
  const cost = (damping * total.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0)) / size;
  const fitted = counts.map((count, k) => {
    const [w, sigma, a] = [oldW[k] ?? [], oldSigma[k] ?? [], moments[k] ?? []];
    if (count < EMPTY) return { w, sigma };
    const equations = { moments: a, cross: cross[k] ?? [], squares: squares[k] ?? [] };
    const step = leastSquares(equations, cost) ?? refuse(k, count);
    return {
      w: w.map((row, f) => row.map((value, d) => value + (step.change[f]?.[d] ?? NaN))),
      sigma: step.squares.map((rest) => Math.sqrt(Math.max(rest / count, floor))),
    };
  });
  return {
    gate: gateStep(params.gate, statistics.labels, counts, features, { total, cost, gateSteps }),
    coefficients: tf.tensor3d(
      fitted.flatMap(({ w }) => w.flat()),
      [components, size, outputs],
    ),
    sigma: tf.tensor2d(
      fitted.flatMap(({ sigma }) => sigma),
      [components, outputs],
    ),
  };
}

/** A regression with less of the pairs than this has none, and stays as it is. */
const EMPTY = 1e-20;

interface GateProblem {
  /** ΦᵀΦ. */
  readonly total: number[][];
  readonly cost: number;
  readonly gateSteps: number;
}

function gateStep(
  gate: Gate,
  labels: tf.Tensor,
  counts: readonly number[],
  features: tf.Tensor,
  { total, cost, gateSteps }: GateProblem,
): Gate {
  if (gate.kind === "constant") {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return {
      kind: "constant",
      logits: tf.tensor1d(counts.map((count) => Math.log(Math.max(count / all, 1e-30)))),
    };
  }
  const lower = choleskyOf(total.map((row, i) => row.map((value, j) => (i === j ? value + cost : value))));
  if (lower === undefined) return refuse("the gate", labels.shape[0]);
  const inverse = total.map((row, i) =>
    solve(
      lower,
      row.map((_, j) => (i === j ? 1 : 0)),
    ),
  );
  return tree.tidy(() => {
    const twice = tf.tensor2d(inverse).mul(2); //                                     2 (ΦᵀΦ)⁻¹           [F, F]
    let weights = gate.weights;
    for (let i = 0; i < gateSteps; i++) {
      const slope = tf.matMul(features, labels.sub(tf.matMul(features, weights).softmax()), true); // Φᵀ (r − p)  [F, K]
      weights = weights.add(tf.matMul(twice, slope));
    }
    return { kind: "softmax", weights: weights.clone() };
  });
}

function refuse(which: number | string, count: number): never {
  const what = typeof which === "number" ? `regression ${which}` : which;
  throw new Error(
    `mixtureOfRegressions.mStep: the features of the ${count.toPrecision(3)} pairs of ${what} depend on one another; ` +
      "set damping above 0, or leave columns out",
  );
}
