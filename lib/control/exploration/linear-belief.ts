import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { diagonalMatrix, dot, product } from "../../core/numeric/flat-matrix";
import type { NormalBelief } from "./information-gain";

/** The posterior over the weights w of a linear model y = φᵀw + N(0, noise²), one observation at a time. */
export interface LinearBelief extends NormalBelief {
  /** The standard deviation of an observation, in units of y. */
  readonly noise: number;
}

/** Options of `linearBelief`. */
export interface LinearBeliefOptions {
  /** F, the number of features. */
  readonly features: number;
  /** The standard deviation of an observation, in units of y. */
  readonly noise: number;
  /** The standard deviation of the prior N(0, prior²) of each weight; 1 by default. */
  readonly prior?: number;
}

/**
 * Returns the belief before the first observation, w ~ N(0, prior² I).
 *
 * @throws if an option is not valid.
 */
export function linearBelief({ features, noise, prior = 1 }: LinearBeliefOptions): LinearBelief {
  const caller = "exploration.linearBelief";
  checkCount(caller, "features", features, 1);
  checkAbove(caller, "noise", noise);
  checkAbove(caller, "prior", prior);
  const covariance = diagonalMatrix(new Float64Array(features).fill(prior * prior));
  return { mean: new Float64Array(features), covariance, noise };
}

/** The mean and the variance of φᵀw under a belief. */
export interface LinearPrediction {
  /** φᵀμ, in units of y. */
  readonly mean: number;
  /** φᵀΣφ, without the noise, in units of y². */
  readonly variance: number;
}

/**
 * Returns what a belief predicts.
 *
 * @param features φ, [F].
 * @throws if there are other than F features.
 */
export function predict(belief: LinearBelief, features: Float64Array): LinearPrediction {
  checkFeatures("exploration.predict", belief, features);
  const spread = product(belief.covariance, features, features.length); // Σφ
  return { mean: dot(features, belief.mean), variance: dot(features, spread) };
}

/**
 * Returns the information that an observation at φ is expected to give about the weights, in nats: ½ log(1 +
 * φᵀΣφ / noise²). It does not depend on what is observed before, only on where (MacKay 1992,
 * "Information-based objective functions for active data selection").
 *
 * @param features φ, [F].
 * @throws if there are other than F features.
 */
export function expectedGain(belief: LinearBelief, features: Float64Array): number {
  checkFeatures("exploration.expectedGain", belief, features);
  return 0.5 * Math.log1p(predict(belief, features).variance / belief.noise ** 2);
}

/**
 * Returns the belief after the observation of y at φ, by Bayes' rule: with the gain k = Σφ / (φᵀΣφ + noise²),
 * μ′ = μ + k (y − φᵀμ) and Σ′ = Σ − k φᵀΣ.
 *
 * @param features φ, [F].
 * @throws if there are other than F features.
 */
export function update(belief: LinearBelief, features: Float64Array, y: number): LinearBelief {
  checkFeatures("exploration.update", belief, features);
  const size = features.length;
  const spread = product(belief.covariance, features, size); //            Σφ
  const variance = dot(features, spread) + belief.noise ** 2;
  const error = y - dot(features, belief.mean);
  const covariance = Float64Array.from(belief.covariance);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const k = i * size + j;
      covariance[k] = (covariance[k] ?? NaN) - ((spread[i] ?? NaN) * (spread[j] ?? NaN)) / variance;
    }
  const mean = Float64Array.from(belief.mean, (m, i) => m + ((spread[i] ?? NaN) * error) / variance);
  return { ...belief, mean, covariance };
}

function checkFeatures(caller: string, { mean }: LinearBelief, features: Float64Array): void {
  if (features.length !== mean.length)
    throw new Error(`${caller}: features must have ${mean.length} numbers, got ${features.length}`);
}
