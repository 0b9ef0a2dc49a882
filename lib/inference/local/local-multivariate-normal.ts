import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { lowerTriangle } from "../../core/tensor/triangular";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";
import { rowsAt } from "./rows-at";

/** The parameters of q_i(z) = N(μ_i, L_i L_iᵀ), one row per data point. */
export interface LocalMultivariateNormal {
  /** μ_i, [N, Z]. */
  readonly mu: tf.Tensor;
  /** The logarithms of the diagonal of L_i, [N, Z]. */
  readonly logDiagonal: tf.Tensor;
  /** The entries of L_i below the diagonal, [N, Z, Z]; all others are ignored. */
  readonly below: tf.Tensor;
}

/**
 * Returns N identical q_i(z), with μ_i = 0 and L_i = stdDev · I.
 *
 * @param n N, the number of data points.
 * @param latent Z, the number of latent coordinates.
 * @param options `stdDev`: the initial standard deviation, 1 by default.
 * @throws if `n` or `latent` is not a positive integer, or if `stdDev` is not a finite number above 0.
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
 * Returns q_i(z) = N(μ_i, L_i L_iᵀ) for the selected data points; the coordinates of z may be correlated.
 *
 * @param at the indices of data points, int32 [B]; or one index, for a distribution without a batch axis; all
 *   by default.
 * @returns a batch [B], [] or [N] of distributions over z [Z]; the caller disposes it with `tree.dispose`.
 * @throws if a single index is not an integer in [0, N − 1].
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
