import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { checkMatrix, covarianceFactor, logWeights } from "../../../core/numeric/check-matrix";
import type { Gmm } from "./model";

/** A mixture in the numbers that people think in. */
export interface GmmNumbers {
  /** p(z), K numbers that sum to 1. */
  readonly weights: readonly number[];
  /** μ_z, K vectors of D numbers. */
  readonly means: Matrix;
  /** Σ_z, K symmetric positive definite matrices of D by D numbers. */
  readonly covariances: readonly Matrix[];
}

const CALLER = "gmm.create";

/**
 * A mixture of given weights, means and covariances.
 *
 * @throws when the weights are negative or do not sum to 1, a covariance is not symmetric or not positive definite, a number is not
 *   finite, or the sizes do not go together; the message names the argument.
 */
export function create({ weights, means, covariances }: GmmNumbers): Gmm {
  const logits = logWeights(CALLER, "weights", weights);
  const [components, size] = [weights.length, means[0]?.length ?? 0];
  if (size === 0)
    throw new Error(`${CALLER}: means must be ${components} rows of at least one number, got none`);
  checkMatrix(CALLER, "means", means, [components, size]);
  if (covariances.length !== components)
    throw new Error(
      `${CALLER}: covariances must be one for each of ${components} weights, got ${covariances.length}`,
    );
  const factors = covariances.map((each, k) => covarianceFactor(CALLER, `covariances[${k}]`, each, size));
  return {
    logits: tf.tensor1d(logits),
    means: tf.tensor2d(means.flat(), [components, size]),
    scaleTril: tf.tensor3d(factors.flat(2), [components, size, size]),
  };
}
