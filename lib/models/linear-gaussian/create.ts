import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import { checkMatrix, checkVector, covarianceFactor } from "../../core/numeric/check-matrix";
import type { LinearGaussian, LinearMap } from "./model";

/** N(A x + b, Σ) in plain numbers. */
export interface LinearMapNumbers {
  /** A, [to][X]. */
  readonly matrix: Matrix;
  /** b, of length `to`; zeros by default. */
  readonly bias?: readonly number[];
  /** Σ, symmetric and positive definite, [to][to]. */
  readonly covariance: Matrix;
}

/** A linear-Gaussian state-space model in plain numbers. */
export interface LinearGaussianNumbers {
  /** m and P of p(x_1) = N(m, P). */
  readonly initial: {
    /** m, [X]. */
    readonly mean: readonly number[];
    /** P, [X, X]. */
    readonly covariance: Matrix;
  };
  /** A, b and Q of p(x_{t+1}|x_t) = N(A x_t + b, Q). */
  readonly transition: LinearMapNumbers;
  /** C, d and R of p(o_t|x_t) = N(C x_t + d, R). */
  readonly observation: LinearMapNumbers;
}

const CALLER = "linearGaussian.create";

/**
 * Returns the model with the given matrices.
 *
 * @throws if a covariance is not symmetric or not positive definite, a number is not finite, or the sizes do
 *   not match.
 */
export function create({ initial, transition, observation }: LinearGaussianNumbers): LinearGaussian {
  const size = initial.mean.length;
  if (size === 0) throw new Error(`${CALLER}: initial.mean must have at least one number, got none`);
  const observed = observation.matrix.length;
  if (observed === 0) throw new Error(`${CALLER}: observation.matrix must have at least one row, got none`);
  checkVector(CALLER, "initial.mean", initial.mean, size);
  const lower = covarianceFactor(CALLER, "initial.covariance", initial.covariance, size);
  const transitionLower = checkMap("transition", transition, size, size);
  const observationLower = checkMap("observation", observation, observed, size);
  return {
    initial: { mean: tf.tensor1d([...initial.mean]), scaleTril: tf.tensor2d(lower) },
    transition: linearMap(transition, transitionLower),
    observation: linearMap(observation, observationLower),
  };
}

/** Checks a map from X to `to` dimensions and returns the Cholesky factor of its covariance. */
function checkMap(
  name: string,
  { matrix, bias, covariance }: LinearMapNumbers,
  to: number,
  from: number,
): number[][] {
  checkMatrix(CALLER, `${name}.matrix`, matrix, [to, from]);
  if (bias !== undefined) checkVector(CALLER, `${name}.bias`, bias, to);
  return covarianceFactor(CALLER, `${name}.covariance`, covariance, to);
}

function linearMap({ matrix, bias }: LinearMapNumbers, lower: number[][]): LinearMap {
  return {
    matrix: tf.tensor2d(matrix.map((row) => [...row])),
    bias: bias === undefined ? tf.zeros([lower.length]) : tf.tensor1d([...bias]),
    scaleTril: tf.tensor2d(lower),
  };
}
