import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { entriesOf, forwardSubstitution } from "../../../core/tensor/triangular";
import { logDiagonal } from "../../../distributions/continuous/multivariate-normal";
import type { Expectation } from "../../../inference/em";
import { factorOf, type Covariance } from "./covariance";
import { checkPoints, sizes, type Gmm } from "./model";

/**
 * Sufficient statistics for the M-step: sums over the points weighted by r_nk, centred at the current means,
 * d_nk = x_n − μ_k.
 *
 * Centring keeps them accurate in float32 for points far from zero.
 */
export interface GmmStatistics {
  /** N_k = Σ_n r_nk, [K]. */
  readonly counts: tf.Tensor;
  /** Σ_n r_nk d_nk, [K, D]. */
  readonly shifts: tf.Tensor;
  /** Σ_n r_nk d_nk d_nkᵀ, [K, D, D]. */
  readonly scatter: tf.Tensor;
}

/** x_n − μ_k for each coordinate: D tensors [K, N], so that sums over the points are contiguous in memory. */
function differences({ means }: Gmm, x: tf.Tensor): tf.Tensor[] {
  const mu = tf.unstack(means, 1).map((column) => column.expandDims(1)); //                D tensors [K, 1]
  return tf.unstack(x.transpose()).map((column, i) => column.sub(mu[i] as tf.Tensor));
}

/** The statistics for r [K, N] and d, D tensors [K, N]. */
function sums(r: tf.Tensor, d: readonly tf.Tensor[]): GmmStatistics {
  const all = tf.stack([...d], 1); //                                                            [K, D, N]
  const weighted = all.mul(r.expandDims(1));
  return {
    counts: r.sum(1),
    shifts: weighted.sum(2),
    scatter: tf.matMul(weighted, all, false, true),
  };
}

/**
 * The E-step: the statistics under p(z|x, θ), and log p(x) of each point.
 *
 * A faster equivalent of `statistics(params, x, responsibilities(params, x))` and `logProb(params, x)`.
 *
 * @param x points [N, D].
 * @throws if x has a different shape.
 */
export function eStep(
  params: Gmm,
  x: tf.Tensor,
): Expectation<GmmStatistics> & {
  /** log p of each row, [N]. */
  readonly logProb: tf.Tensor;
} {
  checkPoints("gmm.eStep", params, x);
  const [, size] = sizes(params);
  const { logits, scaleTril } = params;
  return tree.tidy(() => {
    // L_ij as [K, 1]
    const lower = entriesOf(scaleTril).map((row) => row.map((entry) => entry.expandDims(1)));
    const d = differences(params, x);
    // |L⁻¹ (x − μ)|², [K, N]
    const squares = tf.addN(forwardSubstitution(lower, d).map((z) => z.square()));
    const constants = logits
      .logSoftmax()
      .sub(logDiagonal(scaleTril))
      .sub(0.5 * size * Math.log(2 * Math.PI));
    // log p(z) + log p(x|z), [K, N]
    const logJoint = constants.expandDims(1).sub(squares.mul(0.5));
    const top = logJoint.max(0);
    const scaled = logJoint.sub(top).exp();
    const total = scaled.sum(0); //                                                                [N]
    return {
      statistics: sums(scaled.div(total), d), //                                                   r = p(z|x)
      logProb: total.log().add(top), //                                                            log p(x)
    };
  });
}

/**
 * Returns the statistics for given labels: responsibilities, one component per point, or frequencies of
 * draws.
 *
 * @param x points [N, D].
 * @param r labels [N, K]; each row sums to 1.
 * @throws if x or r has a different shape.
 */
export function statistics(params: Gmm, x: tf.Tensor, r: tf.Tensor): GmmStatistics {
  checkPoints("gmm.statistics", params, x);
  const [components] = sizes(params);
  checkShape("gmm.statistics", "r", r, [`N=${x.shape[0]}`, `K=${components}`], "one row per point");
  return tree.tidy(() => sums(r.transpose(), differences(params, x)));
}

/** Options of `gmm.mStep`. */
export interface MStepOptions {
  /** The constraint on the covariances; "full" by default. */
  readonly covariance?: Covariance;
  /**
   * The smallest variance in any direction, in squared units of x: one for all columns, or one for each,
   * which are then the units of a direction; 0 by default.
   */
  readonly floor?: number | readonly number[];
}

/**
 * The M-step: the parameters that maximize Σ_n Σ_k r_nk log p(x_n, z = k|θ) for given r. p(z = k) = N_k / N,
 * μ_k = Σ_n r_nk x_n / N_k and Σ_k = Σ_n r_nk (x_n − μ_k)(x_n − μ_k)ᵀ / N_k, projected on the constraint
 * (Bishop 2006, equations 9.24 to 9.26). It reads values, so it cannot be compiled, and computes in double
 * precision.
 *
 * @param params the parameters at which the statistics were computed.
 * @throws if a covariance is not positive definite, which a positive floor rules out.
 */
export function mStep(
  { counts, shifts, scatter }: GmmStatistics,
  params: Gmm,
  { covariance = "full", floor = 0 }: MStepOptions = {},
): Gmm {
  const [components, size] = sizes(params);
  const total = toNumbers(counts).reduce((sum, count) => sum + count, 0);
  const old = rowsOf(params.means, size);
  const [first, second] = [rowsOf(shifts, size), rowsOf(scatter, size)];
  const fitted = toNumbers(counts).map((n, k) => {
    const count = Math.max(n, EMPTY);
    const shift = (first[k] ?? []).map((sum) => sum / count); //                                 μ_new − μ_old
    const spread = shift.map((a, i) =>
      shift.map((b, j) => (second[k * size + i]?.[j] ?? NaN) / count - a * b),
    );
    const factor = factorOf(spread, covariance, floor) ?? throwSingular(k, n, total);
    const mean = shift.map((delta, i) => (old[k]?.[i] ?? NaN) + delta);
    return { logit: Math.log(n / total), mean, factor };
  });
  return {
    logits: tf.tensor1d(fitted.map(({ logit }) => logit)),
    means: tf.tensor2d(
      fitted.flatMap(({ mean }) => mean),
      [components, size],
    ),
    scaleTril: tf.tensor3d(
      fitted.flatMap(({ factor }) => factor.flat()),
      [components, size, size],
    ),
  };
}

/** A component with a smaller N_k keeps its mean. */
const EMPTY = 1e-30;

function toNumbers(x: tf.Tensor): number[] {
  return Array.from(x.dataSync());
}

/** The values of a tensor in rows of length `width`. */
function rowsOf(x: tf.Tensor, width: number): number[][] {
  const values = toNumbers(x);
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

function throwSingular(component: number, count: number, total: number): never {
  throw new Error(
    `gmm.mStep: the covariance of component ${component}, ` +
      `with ${count.toPrecision(3)} of ${Math.round(total)} points, is not positive definite; ` +
      "set a positive floor or use fewer components",
  );
}
