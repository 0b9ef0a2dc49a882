import * as tf from "@tensorflow/tfjs";
import { cholesky, solveLower } from "../core/triangular";
import { multivariateNormal, type MultivariateNormal } from "../distributions/multivariate-normal";

/**
 * p(z|x) = N(S Wᵀ x / σ², S) with S = (Wᵀ W / σ² + I / τ²)⁻¹, where p(z) = N(0, τ² I) and p(x|z) = N(W z, σ² I) (Bishop 2006, "Pattern
 * Recognition and Machine Learning", equations 2.116 and 2.117).
 *
 * @param design W, [D, Z].
 * @param x [...B, D].
 * @param noise, prior σ and τ, scalars.
 * @returns a distribution over vectors [Z] with batch [...B] that owns its tensors.
 */
export function linearPosterior(
  design: tf.Tensor,
  x: tf.Tensor,
  noise: tf.Tensor,
  prior: tf.Tensor,
): MultivariateNormal {
  const size = design.shape[1] ?? 0;
  const scaled = design.div(noise);
  const precision = tf.matMul(scaled, scaled, true).add(tf.eye(size).div(prior.square()));
  const inverse = solveLower(cholesky(precision), tf.eye(size)); //     L⁻ᵀ of the precision L Lᵀ
  const covariance = tf.matMul(inverse, inverse, false, true); //       S = L⁻ᵀ L⁻¹
  const rows = x.div(noise).reshape([-1, design.shape[0]]);
  const mean = tf.matMul(tf.matMul(rows, scaled), covariance); //       S Wᵀ x / σ², as rows
  return multivariateNormal(mean.reshape([...x.shape.slice(0, -1), size]), cholesky(covariance));
}
