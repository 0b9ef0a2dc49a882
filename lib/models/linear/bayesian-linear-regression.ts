import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../core/numeric/check-number";
import { checkShape, showShape } from "../../core/tensor/shape";
import { toFloat } from "../../core/tensor/to-float";
import * as tree from "../../core/tensor/tree";
import { independent } from "../../distributions/composite/independent";
import type { MultivariateNormal } from "../../distributions/continuous/multivariate-normal";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { linearPosterior } from "./linear-posterior";

/**
 * Bayesian linear regression, p(w) = N(0, τ² I) and p(y_n|x_n, w) = N(φ(x_n)ᵀ w, σ²), with latent weights w
 * (Bishop 2006, section 3.3).
 */
export interface BayesianLinearRegression {
  /** σ, the standard deviation of the noise in units of y, []. */
  readonly noise: tf.Tensor;
  /** τ, the prior standard deviation of each weight, []. */
  readonly prior: tf.Tensor;
}

const NAME = "bayesianLinearRegression";

/**
 * Returns the model with the given standard deviations σ and τ.
 *
 * @throws if one is not positive.
 */
export function create({
  noise,
  prior,
}: {
  readonly noise: number;
  readonly prior: number;
}): BayesianLinearRegression {
  for (const [name, value] of Object.entries({ noise, prior })) checkAbove(`${NAME}.create`, name, value);
  return { noise: tf.scalar(noise), prior: tf.scalar(prior) };
}

/** Checks features [N, F] and targets [N]. */
function checkData(caller: string, features: tf.Tensor, y: tf.Tensor): void {
  checkShape(`${NAME}.${caller}`, "features", features, ["N", "F"], "one row per data point");
  checkShape(`${NAME}.${caller}`, "y", y, [`N=${features.shape[0]}`], "one target per row of features");
}

/**
 * Returns log p(y, w|X) = log p(w) + Σ_n log p(y_n|x_n, w) in nats, the joint for variational inference.
 *
 * @param features φ(x_n), [N, F].
 * @param y [N].
 * @param w [..., F].
 * @returns [...].
 * @throws if an argument has a different shape.
 */
export function logJoint(
  { noise, prior }: BayesianLinearRegression,
  features: tf.Tensor,
  y: tf.Tensor,
  w: tf.Tensor,
): tf.Tensor {
  checkData("logJoint", features, y);
  const [rows, size] = features.shape as [number, number];
  if (w.shape.at(-1) !== size)
    throw new Error(`${NAME}.logJoint: w must be [..., F=${size}], got ${showShape(w.shape)}`);
  return tf.tidy(() => {
    const means = tf.matMul(toFloat(w).reshape([-1, size]), toFloat(features), false, true); //      φ(x_n)ᵀ w
    const likelihood = independent(normal(means.reshape([...w.shape.slice(0, -1), rows]), noise));
    const same = y.reshape([...w.shape.slice(0, -1).map(() => 1), rows]); // y, broadcast over w
    return independent(normal(tf.zeros([size]), prior))
      .logProb(w)
      .add(likelihood.logProb(same));
  });
}

/**
 * Returns p(w|X, y) = N(m, S) with S = (XᵀX / σ² + I / τ²)⁻¹ and m = S Xᵀ y / σ² (Bishop 2006, equations 3.53
 * and 3.54).
 *
 * @param features φ(x_n), [N, F].
 * @param y [N].
 * @returns a distribution over w [F]; free its tensors, mu and scaleTril, with `tree.dispose`.
 * @throws if an argument has a different shape.
 */
export function posterior(
  { noise, prior }: BayesianLinearRegression,
  features: tf.Tensor,
  y: tf.Tensor,
): MultivariateNormal {
  checkData("posterior", features, y);
  return tree.tidy(() => linearPosterior(features, y, noise, prior));
}

/**
 * Returns the log evidence log p(y|X) in nats, [], by Bayes' rule at the mean m of p(w|X, y): log p(y, m|X) −
 * log p(m|X, y).
 *
 * @param features φ(x_n), [N, F].
 * @param y [N].
 * @throws if an argument has a different shape.
 */
export function evidence(model: BayesianLinearRegression, features: tf.Tensor, y: tf.Tensor): tf.Tensor {
  checkData("evidence", features, y);
  return tf.tidy(() => {
    const q = posterior(model, features, y);
    return logJoint(model, features, y, q.mu).sub(q.logProb(q.mu));
  });
}

/**
 * Returns p(y|x, X, y_1 … y_N) = N(φ(x)ᵀ m, φ(x)ᵀ S φ(x) + σ²) at new points, given a normal distribution
 * over the weights (Bishop 2006, equation 3.58).
 *
 * @param q N(m, S) over w [F], from `posterior` or fitted.
 * @param features φ(x) of the new points, [M, F].
 * @returns a batch [M]; free its tensors, mu and sigma, with `tree.dispose`.
 * @throws if an argument has a different shape.
 */
export function predict(
  { noise }: BayesianLinearRegression,
  q: MultivariateNormal,
  features: tf.Tensor,
): Normal {
  const size = q.eventShape[0] ?? 0;
  checkShape(`${NAME}.predict`, "features", features, ["M", `F=${size}`], "use the features q was fitted to");
  return tree.tidy(() => {
    const mean = tf.matMul(features, q.mean().reshape([size, 1])).squeeze([1]); //        φ(x)ᵀ m
    const spread = tf
      .matMul(features, q.covariance().reshape([size, size]))
      .mul(features)
      .sum(1); // φ(x)ᵀ S φ(x)
    return normal(mean, spread.add(noise.square()).sqrt());
  });
}
