import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import * as tree from "../../../core/tensor/tree";
import type { Expectation } from "../../../inference/em";
import { gateStep } from "./gate";
import { plusDiagonal } from "./least-squares";
import { checkPairs, conditional, means, sizes, type MixtureOfRegressions } from "./model";
import { DEPENDENT, refit, refuse } from "./refit";

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
  return tree.tidy(() => {
    const p = conditional(params, features);
    const r = p.posterior(y).probs(); //                     p(z|x, y)                                   [N, K]
    return { statistics: sums(params, features, y, r), logProb: p.logProb(y) };
  });
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
  /** What a step of a coefficient costs, as a share of the sum of squares of its feature over all pairs; 10⁻⁶ by default. */
  readonly damping?: number;
  /** Steps of a softmax gate, which has no closed form; 10 by default. */
  readonly gateSteps?: number;
}

/**
 * The M-step: weighted least squares for each regression, and the gate; E[log p(y, z|x, θ)] is not lowered, so neither is the likelihood.
 *
 * W_k, σ_k and a constant gate, p(z = k) = N_k / N, in closed form; a softmax gate in a few steps uphill. Damping holds the coefficients
 * where the pairs that a regression answers for do not determine them. It reads values.
 *
 * @param params the parameters that the statistics were made with.
 * @throws when the moments are not positive definite, which damping above 0 rules out for finite features, or a σ becomes 0, which a floor
 *   above 0 rules out.
 */
export function mStep(
  statistics: RegressionStatistics,
  params: MixtureOfRegressions,
  { features }: RegressionData,
  { floor = 0, damping = 1e-6, gateSteps = 10 }: RegressionMStepOptions = {},
): MixtureOfRegressions {
  return tree.tidy(() => {
    const { labels } = statistics;
    const counts = tf.tidy(() => Array.from(labels.sum(0).dataSync()));
    const moments = statistics.moments.arraySync() as number[][][];
    const all = added(moments); //                                                    ΦᵀΦ
    const costs = all.map((row, i) => damping * (row[i] || 1)); //                     a column of zeros has no scale
    const dampened = plusDiagonal(all, costs);
    const regressions = refit(statistics, params, { counts, moments, costs, floor });
    const gate =
      gateStep(params.gate, { features, labels, counts, moments: dampened }, gateSteps) ??
      refuse("the gate", labels.shape[0], DEPENDENT);
    return { gate, ...regressions };
  });
}

/** The sum of some matrices. */
const added = (matrices: readonly Matrix[]): number[][] =>
  (matrices[0] ?? []).map((row, i) =>
    row.map((_, j) => matrices.reduce((sum, each) => sum + (each[i]?.[j] ?? NaN), 0)),
  );
