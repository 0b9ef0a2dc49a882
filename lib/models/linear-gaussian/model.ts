import type * as tf from "@tensorflow/tfjs";
import { checkShape, showShape } from "../../core/tensor/shape";
import { toFloat } from "../../core/tensor/to-float";

/**
 * N(A x + B u + b, Σ): a normal distribution whose mean is a linear function of the state and of an input.
 *
 * A tensor that changes over time has a first axis [T]: an entry for each observation. The last entry of a
 * transition leads out of the sequence and has no effect.
 */
export interface LinearMap {
  /** A, [to, X], or [T, to, X]. */
  readonly matrix: tf.Tensor;
  /** b, [to], or [T, to]. */
  readonly bias: tf.Tensor;
  /** B, [to, U], or [T, to, U]; without it, inputs have no effect. */
  readonly input?: tf.Tensor;
  /** L, the Cholesky factor of Σ = L Lᵀ, [to, to], or [T, to, to]. */
  readonly scaleTril: tf.Tensor;
}

/** A linear-Gaussian state-space model with states [X], observations [O] and perhaps inputs [U]. */
export interface LinearGaussian {
  /** p(x_1) = N(m, P), with P = L Lᵀ. */
  readonly initial: {
    /** Its mean, [X]. */
    readonly mean: tf.Tensor;
    /** The Cholesky factor of its covariance, [X, X]. */
    readonly scaleTril: tf.Tensor;
  };
  /** p(x_{t+1}|x_t) = N(A x_t + B u_t + b, Q). */
  readonly transition: LinearMap;
  /** p(o_t|x_t) = N(C x_t + D u_t + d, R). */
  readonly observation: LinearMap;
}

/** Returns X and O. */
export function sizes({ observation }: LinearGaussian): [state: number, observed: number] {
  return [observation.matrix.shape.at(-1) ?? 0, observation.matrix.shape.at(-2) ?? 0];
}

/** Checks observations [T, O] or [B, T, O]. */
export function checkObservations(caller: string, params: LinearGaussian, observations: tf.Tensor): void {
  const [, size] = sizes(params);
  if (observations.rank === 3) checkShape(caller, "observations", observations, ["B", "T", `O=${size}`]);
  else
    checkShape(caller, "observations", observations, ["T", `O=${size}`], `use [B, T, O=${size}] for a batch`);
  if (observations.shape.at(-2) === 0)
    throw new Error(
      `${caller}: observations must have at least one time step, got ${showShape(observations.shape)}`,
    );
}

/** Moves time to the first axis for `scan`, as float32: [B, T, O] to [T, B, O], and [T, O] to [T, 1, O]. */
export function timeFirst(x: tf.Tensor): tf.Tensor {
  const numbers = toFloat(x);
  return numbers.rank === 3 ? numbers.transpose([1, 0, 2]) : numbers.expandDims(1);
}

/** The inverse of `timeFirst`: [T, B, X] to [B, T, X], or to [T, X] without a batch. */
export function batchFirst(x: tf.Tensor, batched: boolean): tf.Tensor {
  return batched ? x.transpose([1, 0, 2]) : x.squeeze([1]);
}
