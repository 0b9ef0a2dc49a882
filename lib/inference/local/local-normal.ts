import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { rowsAt } from "./rows-at";

/** The parameters of q_i(z) = N(μ_i, diag σ_i²), one row per data point: (|μ_i| + |σ_i|) N numbers. */
export interface LocalNormal {
  /** μ_i, [N, Z]. */
  readonly mu: tf.Tensor;
  /** log σ_i, [N, Z]. */
  readonly logSigma: tf.Tensor;
}

/**
 * Returns N identical q_i(z), with μ_i = 0 and σ_i = stdDev.
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
): LocalNormal {
  checkCount("localNormal.init", "n", n, 1);
  checkCount("localNormal.init", "latent", latent, 1);
  checkAbove("localNormal.init", "stdDev", stdDev);
  return { mu: tf.zeros([n, latent]), logSigma: tf.fill([n, latent], Math.log(stdDev)) };
}

/**
 * Returns q_i(z) = N(μ_i, diag σ_i²) for the selected data points (lecture, "The variational approximation").
 *
 * @param at the indices of data points, int32 [B]; or one index, for a distribution without a batch axis; all
 *   by default.
 * @returns a batch [B], [] or [N] of distributions over z [Z]; the caller disposes it with `tree.dispose`.
 * @throws if a single index is not an integer in [0, N − 1].
 */
export function posterior({ mu, logSigma }: LocalNormal, at?: tf.Tensor | number): Independent<Normal> {
  return tree.tidy(() =>
    independent(
      normal(rowsAt("localNormal.posterior", mu, at), rowsAt("localNormal.posterior", logSigma, at).exp()),
    ),
  );
}
