import * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { entriesOf, forwardSubstitution } from "../../../core/tensor/triangular";
import { logDiagonal } from "../../../distributions/continuous/multivariate-normal";
import type { Expectation } from "../../../inference/em";
import { factorOf, type Covariance } from "./covariance";
import { checkPoints, sizes, type Gmm } from "./model";

/**
 * Sums over the points with the weights r_nk, about the means μ_k of the parameters that they were made with: d_nk = x_n − μ_k.
 *
 * About the old means float32 has digits to spare, where sums about zero would lose those in which the points differ.
 */
export interface GmmStatistics {
  /** N_k = Σ_n r_nk, [K]. */
  readonly counts: tf.Tensor;
  /** Σ_n r_nk d_nk, [K, D]. */
  readonly shifts: tf.Tensor;
  /** Σ_n r_nk d_nk d_nkᵀ, [K, D, D]. */
  readonly scatter: tf.Tensor;
}

/** x_n − μ_k, coordinate by coordinate: D times [K, N]. Sums over the points then run along memory. */
const differences = ({ means }: Gmm, x: tf.Tensor): tf.Tensor[] => {
  const mu = tf.unstack(means, 1).map((column) => column.expandDims(1)); //                      D times [K, 1]
  return tf.unstack(x.transpose()).map((column, i) => column.sub(mu[i] as tf.Tensor));
};

/** The sums of `GmmStatistics` of r [K, N] and d. */
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
 * The E-step: what p(z|x, θ) says about each point, summed up for the M-step.
 *
 * The same as `statistics(params, x, responsibilities(params, x))` and `logProb(params, x)`, in one go and laid out for speed.
 *
 * @param x points [N, D].
 */
export function eStep(
  params: Gmm,
  x: tf.Tensor,
): Expectation<GmmStatistics> & { readonly logProb: tf.Tensor } {
  checkPoints("gmm.eStep", params, x);
  const [, size] = sizes(params);
  const { logits, scaleTril } = params;
  return tree.tidy(() => {
    const lower = entriesOf(scaleTril).map((row) => row.map((entry) => entry.expandDims(1))); //    L_ij as [K, 1]
    const d = differences(params, x);
    const squares = tf.addN(forwardSubstitution(lower, d).map((z) => z.square())); //               |L⁻¹ (x − μ)|²  [K, N]
    const constants = logits
      .logSoftmax()
      .sub(logDiagonal(scaleTril))
      .sub(0.5 * size * Math.log(2 * Math.PI));
    const logJoint = constants.expandDims(1).sub(squares.mul(0.5)); //                              log p(z) + log p(x|z)
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
 * The sums of the M-step for any labels of the points: responsibilities, a single one for each point, or shares of draws.
 *
 * @param x points [N, D].
 * @param r labels [N, K]; each row sums to 1.
 */
export function statistics(params: Gmm, x: tf.Tensor, r: tf.Tensor): GmmStatistics {
  checkPoints("gmm.statistics", params, x);
  const [components] = sizes(params);
  checkShape("gmm.statistics", "r", r, [`N=${x.shape[0]}`, `K=${components}`], "one row a point");
  return tree.tidy(() => sums(r.transpose(), differences(params, x)));
}

/** Choices of the M-step. */
export interface MStepOptions {
  /** What the covariances may be; "full" by default. */
  readonly covariance?: Covariance;
  /** The smallest variance in any direction, in the squared unit of x; 0 by default. */
  readonly floor?: number;
}

/**
 * The M-step: the parameters that maximize Σ_n Σ_k r_nk log p(x_n, z = k|θ) for given r.
 *
 * p(z = k) = N_k / N, μ_k = Σ_n r_nk x_n / N_k, and Σ_k = Σ_n r_nk (x_n − μ_k)(x_n − μ_k)ᵀ / N_k, or the part of it that the kind of
 * covariance allows. It reads values, and works in double precision.
 *
 * @param params the parameters that the statistics were made with.
 * @throws when a covariance is not positive definite, which a floor above 0 rules out.
 */
export function mStep(
  { counts, shifts, scatter }: GmmStatistics,
  params: Gmm,
  { covariance = "full", floor = 0 }: MStepOptions = {},
): Gmm {
  const [components, size] = sizes(params);
  const total = numbers(counts).reduce((sum, count) => sum + count, 0);
  const old = rowsOf(params.means, size);
  const [first, second] = [rowsOf(shifts, size), rowsOf(scatter, size)];
  const fitted = numbers(counts).map((n, k) => {
    const count = Math.max(n, EMPTY);
    const shift = (first[k] ?? []).map((sum) => sum / count); //                                 μ_new − μ_old
    const spread = shift.map((a, i) =>
      shift.map((b, j) => (second[k * size + i]?.[j] ?? NaN) / count - a * b),
    );
    const factor = factorOf(spread, covariance, floor) ?? refuse(k, n, total);
    const mean = shift.map((delta, i) => (old[k]?.[i] ?? NaN) + delta);
    return { logit: Math.log(Math.max(n / total, EMPTY)), mean, factor };
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

/** A component with fewer points than this has none, and stays where it is. */
const EMPTY = 1e-30;

const numbers = (x: tf.Tensor): number[] => Array.from(x.dataSync());

/** The rows of `width` numbers of a tensor. */
function rowsOf(x: tf.Tensor, width: number): number[][] {
  const values = numbers(x);
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

function refuse(component: number, count: number, total: number): never {
  throw new Error(
    `gmm.mStep: the covariance of component ${component}, with ${count.toPrecision(3)} of ${Math.round(total)} points, ` +
      "is not positive definite; set a floor above 0, or use fewer components",
  );
}
