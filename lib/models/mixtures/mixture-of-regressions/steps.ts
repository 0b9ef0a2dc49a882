import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import * as tree from "../../../core/tensor/tree";
import type { Expectation } from "../../../inference/em";
import { gateStep } from "./gate";
import { plusDiagonal } from "./least-squares";
import { checkPairs, conditional, means, sizes, type MixtureOfRegressions } from "./model";
import { COLLINEAR, refit, throwFor } from "./refit";

/** Pairs to fit. */
export interface RegressionData {
  /** φ(x), [N, F]. */
  readonly features: tf.Tensor;
  /** [N, D]. */
  readonly y: tf.Tensor;
}

/**
 * Sufficient statistics for the M-step, with labels r_nk and residuals e_nk = y_n − W_kᵀ φ_n at the current
 * parameters.
 */
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
 * The E-step: the statistics under p(z|x, y), and log p(y|x) of each pair.
 *
 * @throws if the features or y have a different shape.
 */
export function eStep(
  params: MixtureOfRegressions,
  { features, y }: RegressionData,
): Expectation<RegressionStatistics> & {
  /** log p of each row, [N]. */
  readonly logProb: tf.Tensor;
} {
  checkPairs("mixtureOfRegressions.eStep", params, features, y);
  return tree.tidy(() => {
    const p = conditional(params, features);
    const r = p.posterior(y).probs(); //                     p(z|x, y)                            [N, K]
    return { statistics: sums(params, features, y, r), logProb: p.logProb(y) };
  });
}

/**
 * Returns the statistics for given labels: responsibilities, one regression per pair, or frequencies of
 * draws.
 *
 * @param labels [N, K]; each row sums to 1.
 * @throws if the features, y or labels have a different shape.
 */
export function statistics(
  params: MixtureOfRegressions,
  { features, y }: RegressionData,
  labels: tf.Tensor,
): RegressionStatistics {
  const caller = "mixtureOfRegressions.statistics";
  checkPairs(caller, params, features, y);
  const [components] = sizes(params);
  checkShape(caller, "labels", labels, [`N=${features.shape[0]}`, `K=${components}`], "one row per pair");
  return tree.tidy(() => sums(params, features, y, labels.clone()));
}

function sums(
  params: MixtureOfRegressions,
  features: tf.Tensor,
  y: tf.Tensor,
  labels: tf.Tensor,
): RegressionStatistics {
  const [components] = sizes(params);
  const e = y.expandDims(1).sub(means(params, features)).transpose([1, 0, 2]); //             [K, N, D]
  const r = labels.transpose().expandDims(2); //                                              [K, N, 1]
  const all = features.expandDims(0).tile([components, 1, 1]); //                             [K, N, F]
  const weighted = all.mul(r);
  return {
    labels,
    moments: tf.matMul(weighted, all, true),
    cross: tf.matMul(weighted, e, true),
    squares: e.square().mul(r).sum(1),
  };
}

/** Options of `mixtureOfRegressions.mStep`. */
export interface RegressionMStepOptions {
  /**
   * The smallest variance of y given x and z, in squared units of y, of all columns or of each; 0 by default.
   */
  readonly floor?: number | readonly number[];
  /**
   * The ridge on a step of a coefficient, relative to its feature's sum of squares over all pairs; 10⁻⁶ by
   * default.
   */
  readonly damping?: number;
  /** The number of steps of a softmax gate, which has no closed form; 10 by default. */
  readonly gateSteps?: number;
}

/**
 * The M-step: weighted least squares for each regression, and an update of the gate. It does not decrease
 * E[log p(y, z|x, θ)], and so neither the likelihood.
 *
 * W_k, σ_k and a constant gate, p(z = k) = N_k / N, are updated in closed form, a softmax gate by a few
 * ascent steps. Damping keeps coefficients that the pairs of a regression do not determine. It reads values,
 * so it cannot be compiled.
 *
 * @param params the parameters at which the statistics were computed.
 * @throws if the moments are not positive definite, which positive damping rules out for finite features, or
 *   a σ becomes 0, which a positive floor rules out.
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
    const costs = all.map((row, i) => damping * (row[i] || 1)); // 1 for a column of zeros
    const dampened = plusDiagonal(all, costs);
    const regressions = refit(statistics, params, { counts, moments, costs, floor });
    const gate =
      gateStep(params.gate, { features, labels, counts, moments: dampened }, gateSteps) ??
      throwFor("the gate", labels.shape[0], COLLINEAR);
    return { gate, ...regressions };
  });
}

/** The sum of matrices of the same size. */
function added(matrices: readonly Matrix[]): number[][] {
  return (matrices[0] ?? []).map((row, i) =>
    row.map((_, j) => matrices.reduce((sum, each) => sum + (each[i]?.[j] ?? NaN), 0)),
  );
}
