import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { lowerTriangle } from "../../core/tensor/triangular";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { rowsAt } from "./rows-at";

/** The parameters of q_i(z) = N(μ_i, L_i L_iᵀ), one row a data point. */
export interface LocalMultivariateNormal {
  /** μ_i, [N, Z]. */
  readonly mu: tf.Tensor;
  /** The logarithm of the diagonal of L_i, [N, Z]. */
  readonly logDiagonal: tf.Tensor;
  /** What stands below the diagonal of L_i, [N, Z, Z]; its other entries are not looked at. */
  readonly below: tf.Tensor;
}

/**
 * A q_i(z) for each of N data points, all alike: μ_i = 0 and L_i = stdDev · I (1 by default).
 *
 * @param latent Z.
 */
export function init(
  n: number,
  latent: number,
  { stdDev = 1 }: { readonly stdDev?: number } = {},
): LocalMultivariateNormal {
  checkCount("localMultivariateNormal.init", "n", n, 1);
  checkCount("localMultivariateNormal.init", "latent", latent, 1);
  checkAbove("localMultivariateNormal.init", "stdDev", stdDev);
  return {
    mu: tf.zeros([n, latent]),
    logDiagonal: tf.fill([n, latent], Math.log(stdDev)),
    below: tf.zeros([n, latent, latent]),
  };
}

/**
 * q_i(z) = N(μ_i, L_i L_iᵀ), which may correlate the coordinates of z.
 *
 * @param at which data points: int32 [B], a number for a single one without a batch axis, or all.
 * @returns a batch [B], [] or [N] of distributions over z [Z]; its tensors are the caller's: `tree.dispose` frees them.
 * @throws when a number is no data point.
 */
export function posterior(params: LocalMultivariateNormal, at?: tf.Tensor | number): MultivariateNormal {
  const rows = (x: tf.Tensor): tf.Tensor => rowsAt("localMultivariateNormal.posterior", x, at);
  const size = params.mu.shape[1] ?? 0;
  return tree.tidy(() => {
    const eye = tf.eye(size);
    const diagonal = eye.mul(rows(params.logDiagonal).exp().expandDims(-1));
    const below = lowerTriangle(rows(params.below)).mul(tf.sub(1, eye));
    return multivariateNormal(rows(params.mu), diagonal.add(below)); // L = below + diag e^logDiagonal
  });
}
