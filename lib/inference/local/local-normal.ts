import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { rowsAt } from "./rows-at";

/** The parameters of q_i(z) = N(μ_i, diag σ_i²), one row a data point: (|μ_i| + |σ_i|) N numbers. */
export interface LocalNormal {
  /** μ_i, [N, Z]. */
  readonly mu: tf.Tensor;
  /** log σ_i, [N, Z]. */
  readonly logSigma: tf.Tensor;
}

/**
 * A q_i(z) for each of N data points, all alike: μ_i = 0 and σ_i = stdDev (1 by default).
 *
 * @param latent Z.
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
 * q_i(z) = N(μ_i, diag σ_i²) (lecture, "The variational approximation").
 *
 * @param at which data points: int32 [B], a number for a single one without a batch axis, or all.
 * @returns a batch [B], [] or [N] of distributions over z [Z]; its tensors are the caller's: `tree.dispose` frees them.
 * @throws when a number is no data point.
 */
export function posterior({ mu, logSigma }: LocalNormal, at?: tf.Tensor | number): Independent<Normal> {
  return tree.tidy(() =>
    independent(
      normal(rowsAt("localNormal.posterior", mu, at), rowsAt("localNormal.posterior", logSigma, at).exp()),
    ),
  );
}
