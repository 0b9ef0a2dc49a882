import * as tf from "@tensorflow/tfjs";
import { scan } from "../../core/jit";
import * as tree from "../../core/tree";
import { cholesky, solveLower } from "../../core/triangular";
import { multivariateNormal } from "../../distributions/multivariate-normal";
import { apply, batchFirst, checkObservations, square, timeFirst, type LinearGaussian } from "./model";

/** Normal distributions of the states x_1 … x_T. */
export interface Marginals {
  /** [T, X], or [B, T, X] of a batch. */
  readonly means: tf.Tensor;
  /** [T, X, X], also of a batch: they do not depend on what is observed. */
  readonly covariances: tf.Tensor;
}

/** What the Kalman filter finds out. */
export interface Filtered {
  /** p(x_t|o_1 … o_{t−1}); the first is p(x_1). */
  readonly predicted: Marginals;
  /** p(x_t|o_1 … o_t). */
  readonly filtered: Marginals;
  /** log p(o_1 … o_T) in nats, [], or [B] of a batch. */
  readonly logLikelihood: tf.Tensor;
}

/** Means of a batch [B, X], and the covariance [X, X] that they share. */
interface Belief {
  readonly mean: tf.Tensor;
  readonly covariance: tf.Tensor;
}

/** The belief after x → A x + b + noise of covariance Q: N(A m + b, A P Aᵀ + Q). */
const predict = ({ transition }: LinearGaussian, { mean, covariance }: Belief): Belief => ({
  mean: apply(transition, mean),
  covariance: sandwich(transition.matrix, covariance).add(square(transition.scaleTril)),
});

/** A P Aᵀ. */
export const sandwich = (a: tf.Tensor, p: tf.Tensor): tf.Tensor => tf.matMul(tf.matMul(a, p), a, false, true);

/** B A⁻¹ of a symmetric A = L Lᵀ, by L and B [n, D]. */
export function divideBySquare(b: tf.Tensor, lower: tf.Tensor): tf.Tensor {
  const inverse = solveLower(lower, tf.eye(lower.shape[0])); //        column j of L⁻¹ in row j: L⁻ᵀ
  return tf.matMul(solveLower(lower, b), inverse, false, true); //     (L⁻¹ Bᵀ)ᵀ L⁻¹
}

/** The belief after o was seen too, and log p(o|o before) [B]. */
function update(
  { observation }: LinearGaussian,
  prior: Belief,
  o: tf.Tensor,
): { belief: Belief; logProb: tf.Tensor } {
  const expected = apply(observation, prior.mean); //                  C m + d                  [B, O]
  const scale = cholesky(sandwich(observation.matrix, prior.covariance).add(square(observation.scaleTril)));
  const cross = tf.matMul(prior.covariance, observation.matrix, false, true); // P Cᵀ           [X, O]
  const gain = divideBySquare(cross, scale); //                        K = P Cᵀ (C P Cᵀ + R)⁻¹
  const kept = tf.eye(gain.shape[0]).sub(tf.matMul(gain, observation.matrix)); // I − K C
  const noise = square(tf.matMul(gain, observation.scaleTril)); //     K R Kᵀ
  return {
    belief: {
      mean: prior.mean.add(tf.matMul(o.sub(expected), gain, false, true)), // m + K (o − C m − d)
      covariance: sandwich(kept, prior.covariance).add(noise), // (I − K C) P (I − K C)ᵀ + K R Kᵀ
    },
    logProb: multivariateNormal(expected, scale).logProb(o),
  };
}

/**
 * The Kalman filter: p(x_t|o_1 … o_t) for each t, and log p(o_1 … o_T) (Kalman 1960; lecture, "Latent variable models in RL").
 *
 * The covariances are updated in Joseph's form, a sum of positive terms, which float32 does not make indefinite.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws when the observations have another shape.
 */
export function filter(params: LinearGaussian, observations: tf.Tensor): Filtered {
  checkObservations("linearGaussian.filter", params, observations);
  const batched = observations.rank === 3;
  return tree.tidy(() => {
    const given = timeFirst(observations); //                                                     [T, B, O]
    const runs = given.shape[1] ?? 1;
    const first = {
      mean: params.initial.mean.add(tf.zeros([runs, 1])),
      covariance: square(params.initial.scaleTril),
    };
    const [, { predicted, filtered, logProb }] = scan(
      (prior: Belief, o: tf.Tensor) => {
        const { belief, logProb } = update(params, prior, o);
        return [
          predict(params, belief),
          { predicted: tree.clone(prior), filtered: belief, logProb },
        ] as const;
      },
      first,
      given,
    );
    const marginals = ({ mean, covariance }: Belief): Marginals => ({
      means: batchFirst(mean, batched),
      covariances: covariance,
    });
    const total = logProb.sum(0); //                                    Σ_t log p(o_t|o_1 … o_{t−1})  [B]
    return {
      predicted: marginals(predicted),
      filtered: marginals(filtered),
      logLikelihood: batched ? total : total.squeeze(),
    };
  });
}

/**
 * log p(o_1 … o_T) = Σ_t log p(o_t|o_1 … o_{t−1}) in nats, by the Kalman filter, [], or [B] of a batch.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws when the observations have another shape.
 */
export function logLikelihood(params: LinearGaussian, observations: tf.Tensor): tf.Tensor {
  checkObservations("linearGaussian.logLikelihood", params, observations);
  return tf.tidy(() => filter(params, observations).logLikelihood);
}
