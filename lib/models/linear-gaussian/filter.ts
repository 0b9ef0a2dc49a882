import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { isTracing } from "../../core/tensor/tracing";
import * as tree from "../../core/tensor/tree";
import { cholesky, solveLower } from "../../core/tensor/triangular";
import { multivariateNormal } from "../../distributions/continuous/multivariate-normal";
import {
  apply,
  batchFirst,
  checkObservations,
  covarianceOf,
  sandwich,
  timeFirst,
  type LinearGaussian,
  type LinearMap,
} from "./model";

/** Normal marginal distributions of the states x_1 … x_T. */
export interface Marginals {
  /** [T, X], or [B, T, X] for a batch. */
  readonly means: tf.Tensor;
  /** [T, X, X], also for a batch: they do not depend on the observations. */
  readonly covariances: tf.Tensor;
}

/** The result of the Kalman filter. */
export interface Filtered {
  /** p(x_t|o_1 … o_{t−1}); the first is p(x_1). */
  readonly predicted: Marginals;
  /** p(x_t|o_1 … o_t). */
  readonly filtered: Marginals;
  /** log p(o_1 … o_T) in nats, [], or [B] for a batch. */
  readonly logLikelihood: tf.Tensor;
}

/** Means [B, X] with a shared covariance [X, X]. */
interface Belief {
  readonly mean: tf.Tensor;
  readonly covariance: tf.Tensor;
}

/** A linear map with the covariance of its noise instead of the Cholesky factor. */
type Noisy = Omit<LinearMap, "scaleTril"> & { readonly noise: tf.Tensor };

function noisy({ scaleTril, ...map }: LinearMap): Noisy {
  return { ...map, noise: covarianceOf(scaleTril) };
}

/** The distribution of A x + b + noise, N(A m + b, A P Aᵀ + Q). */
function predict(transition: Noisy, { mean, covariance }: Belief): Belief {
  return {
    mean: apply(transition, mean),
    covariance: sandwich(transition.matrix, covariance).add(transition.noise),
  };
}

/** Returns B A⁻¹ of a symmetric A = L Lᵀ, given L and B [n, D]. */
export function divideBySquare(b: tf.Tensor, lower: tf.Tensor): tf.Tensor {
  const inverse = solveLower(lower, tf.eye(lower.shape[0])); //        column j of L⁻¹ in row j: L⁻ᵀ
  return tf.matMul(solveLower(lower, b), inverse, false, true); //     (L⁻¹ Bᵀ)ᵀ L⁻¹
}

/**
 * The observation model of the numbers that are observed at one time: a missing one, with the row 0 in C and
 * the noise N(0, 1), is independent of the state, so that its value 0 changes nothing.
 *
 * @param observed 1 where a number is observed, 0 elsewhere, [O].
 */
function ofObserved({ matrix, bias, noise }: Noisy, observed: tf.Tensor): Noisy {
  const row = observed.expandDims(0);
  return {
    matrix: matrix.mul(observed.expandDims(1)),
    bias: bias.mul(observed),
    noise: noise
      .mul(row)
      .mul(row.transpose())
      .add(tf.eye(noise.shape[0]).mul(tf.sub(1, row))),
  };
}

/** The distribution of x_t given also o_t, and log p(o_t|o_1 … o_{t−1}), [B]. */
function update(
  map: Noisy,
  prior: Belief,
  { o, observed }: Observation,
): { belief: Belief; logProb: tf.Tensor } {
  const observation = ofObserved(map, observed);
  const expected = predict(observation, prior); //                     N(C m + d, C P Cᵀ + R)
  const scale = cholesky(expected.covariance);
  const cross = tf.matMul(prior.covariance, observation.matrix, false, true); // P Cᵀ           [X, O]
  const gain = divideBySquare(cross, scale); //                        K = P Cᵀ (C P Cᵀ + R)⁻¹
  const kept = tf.eye(gain.shape[0]).sub(tf.matMul(gain, observation.matrix)); // I − K C
  const surprise = o.sub(expected.mean); //                            o − C m − d              [B, O]
  return {
    belief: {
      mean: prior.mean.add(tf.matMul(surprise, gain, false, true)), // m + K (o − C m − d)
      covariance: sandwich(kept, prior.covariance).add(sandwich(gain, observation.noise)), // + K R Kᵀ
    },
    logProb: multivariateNormal(expected.mean, scale)
      .logProb(o)
      .add(tf.sub(1, observed).sum().mul(HALF_LOG_TWO_PI)), // without the densities of N(0, 1) at 0
  };
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** The observation of one time. */
interface Observation {
  /** o_t, with 0 for what is missing, [B, O]. */
  readonly o: tf.Tensor;
  /** 1 where a number is observed, 0 where it is missing, [O]. */
  readonly observed: tf.Tensor;
}

/** Splits observations [T, B, O] into numbers and what is observed in them; NaN marks what is missing. */
function splitMissing(given: tf.Tensor): Observation {
  const isMissing = given.isNaN();
  const observed = tf.sub(1, isMissing.all(1).cast("float32")); //                                 [T, O]
  // A number that is missing in some sequences of a batch only stays NaN
  return { o: tf.where(observed.expandDims(1).greater(0), given, 0), observed };
}

/** Throws if a number is missing in some sequences of a batch only, for which covariances would differ. */
function checkMissing(caller: string, observations: tf.Tensor): void {
  if (observations.rank < 3 || isTracing()) return;
  const differs = tf.tidy(() => {
    const isMissing = observations.isNaN();
    return isMissing.any(0).notEqual(isMissing.all(0)).any().dataSync()[0];
  });
  if (differs === 1)
    throw new Error(
      `${caller}: the same observations (those that are NaN) must be missing in all sequences of a batch, ` +
        "got others; pass such sequences one by one",
    );
}

/**
 * The Kalman filter: returns p(x_t|o_1 … o_t) for each t, and log p(o_1 … o_T) (Kalman 1960; lecture, "Latent
 * variable models in RL").
 *
 * The covariances are updated in Joseph's form, a sum of positive terms, so they stay positive definite in
 * float32. They lose digits if a state of variance V is observed with noise of a much smaller variance R: the
 * relative error is about 10⁻⁷ V / R. If V / R exceeds about 10⁷, they are wrong and `smooth` may return NaN;
 * a prior variance of 10⁴ R is vague enough for most purposes.
 *
 * Numbers that are NaN are missing, whole observations or parts of them: they update nothing, and the
 * likelihood is that of the others. `tf.where(mask, o, NaN)` applies a mask.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws if the observations have a different shape, or numbers are missing in some sequences of a batch
 *   only (in a compiled function the results of these are NaN).
 */
export function filter(params: LinearGaussian, observations: tf.Tensor): Filtered {
  checkObservations("linearGaussian.filter", params, observations);
  checkMissing("linearGaussian.filter", observations);
  const batched = observations.rank === 3;
  return tree.tidy(() => {
    const given = timeFirst(observations); //                                                     [T, B, O]
    const runs = given.shape[1] ?? 1;
    const first = {
      mean: params.initial.mean.add(tf.zeros([runs, 1])),
      covariance: covarianceOf(params.initial.scaleTril),
    };
    const [transition, observation] = [noisy(params.transition), noisy(params.observation)];
    const [, { predicted, filtered, logProb }] = scan(
      (prior: Belief, o: Observation) => {
        const { belief, logProb } = update(observation, prior, o);
        return [
          predict(transition, belief),
          { predicted: tree.clone(prior), filtered: belief, logProb },
        ] as const;
      },
      first,
      splitMissing(given),
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
 * Returns log p(o_1 … o_T) = Σ_t log p(o_t|o_1 … o_{t−1}) in nats by the Kalman filter, [], or [B] for a
 * batch.
 *
 * @param observations [T, O], or [B, T, O].
 * @throws if the observations have a different shape.
 */
export function logLikelihood(params: LinearGaussian, observations: tf.Tensor): tf.Tensor {
  checkObservations("linearGaussian.logLikelihood", params, observations);
  return tf.tidy(() => filter(params, observations).logLikelihood);
}
