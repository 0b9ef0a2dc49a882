import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { checkMatrix, covarianceFactor, logWeights } from "../../../core/numeric/check-matrix";
import type { Gmm } from "./model";

/** The parameters of a mixture in plain numbers. */
export interface GmmNumbers {
  /** p(z), K numbers that sum to 1. */
  readonly weights: readonly number[];
  /** μ_z, K vectors of D numbers. */
  readonly means: Matrix;
  /** Σ_z, K symmetric positive definite matrices, [D][D]. */
  readonly covariances: readonly Matrix[];
}

const CALLER = "gmm.create";

/**
 * Returns the mixture with the given weights, means and covariances.
 *
 * @throws if the weights are negative or do not sum to 1, a covariance is not symmetric or not positive
 *   definite, a number is not finite, or the sizes do not match.
 */
export function create({ weights, means, covariances }: GmmNumbers): Gmm {
  const logits = logWeights(CALLER, "weights", weights);
  const [components, size] = [weights.length, means[0]?.length ?? 0];
  if (size === 0) throw new Error(`${CALLER}: means must have at least one column, got none`);
  checkMatrix(CALLER, "means", means, [components, size]);
  if (covariances.length !== components)
    throw new Error(
      `${CALLER}: covariances must have ${components} matrices, one per weight, got ${covariances.length}`,
    );
  const factors = covariances.map((each, k) => covarianceFactor(CALLER, `covariances[${k}]`, each, size));
  return {
    logits: tf.tensor1d(logits),
    means: tf.tensor2d(means.flat(), [components, size]),
    scaleTril: tf.tensor3d(factors.flat(2), [components, size, size]),
  };
}
