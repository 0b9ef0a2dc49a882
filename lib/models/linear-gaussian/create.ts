import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import { checkMatrix, checkVector, covarianceFactor } from "../../core/numeric/check-matrix";
import type { LinearGaussian, LinearMap } from "./model";

/** N(A x + b, Σ) in plain numbers. */
export interface LinearMapNumbers {
  /** A: as many rows as there are numbers in the result, as many columns as in the state. */
  readonly matrix: Matrix;
  /** b; zeros by default. */
  readonly bias?: readonly number[];
  /** Σ, symmetric and positive definite. */
  readonly covariance: Matrix;
}

/** A linear-Gaussian state-space model in plain numbers. */
export interface LinearGaussianNumbers {
  /** m and P of p(x_1) = N(m, P). */
  readonly initial: { readonly mean: readonly number[]; readonly covariance: Matrix };
  /** A, b and Q of p(x_{t+1}|x_t) = N(A x_t + b, Q). */
  readonly transition: LinearMapNumbers;
  /** C, d and R of p(o_t|x_t) = N(C x_t + d, R). */
  readonly observation: LinearMapNumbers;
}

const CALLER = "linearGaussian.create";

/**
 * A model of given matrices.
 *
 * @throws when a covariance is not symmetric or not positive definite, a number is not finite, or the sizes do not go together;
 *   the message names the argument.
 */
export function create({ initial, transition, observation }: LinearGaussianNumbers): LinearGaussian {
  const size = initial.mean.length;
  if (size === 0) throw new Error(`${CALLER}: initial.mean must be of at least one number, got none`);
  const observed = observation.matrix.length;
  if (observed === 0) throw new Error(`${CALLER}: observation.matrix must have at least one row, got none`);
  checkVector(CALLER, "initial.mean", initial.mean, size);
  const lower = covarianceFactor(CALLER, "initial.covariance", initial.covariance, size);
  checkMap("transition", transition, size, size);
  checkMap("observation", observation, observed, size);
  return {
    initial: { mean: tf.tensor1d([...initial.mean]), scaleTril: tf.tensor2d(lower) },
    transition: linearMap("transition", transition, size),
    observation: linearMap("observation", observation, observed),
  };
}

function checkMap(
  name: string,
  { matrix, bias, covariance }: LinearMapNumbers,
  to: number,
  from: number,
): void {
  checkMatrix(CALLER, `${name}.matrix`, matrix, [to, from]);
  if (bias !== undefined) checkVector(CALLER, `${name}.bias`, bias, to);
  covarianceFactor(CALLER, `${name}.covariance`, covariance, to);
}

const linearMap = (name: string, { matrix, bias, covariance }: LinearMapNumbers, to: number): LinearMap => ({
  matrix: tf.tensor2d(matrix.map((row) => [...row])),
  bias: bias === undefined ? tf.zeros([to]) : tf.tensor1d([...bias]),
  scaleTril: tf.tensor2d(covarianceFactor(CALLER, `${name}.covariance`, covariance, to)),
});
