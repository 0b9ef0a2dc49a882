import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape, showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { lowerTriangle } from "../../core/tensor/triangular";

/** N(A x + b, Σ): a normal distribution whose mean is a linear function of the state. */
export interface LinearMap {
  /** A, [to, X]. */
  readonly matrix: tf.Tensor;
  /** b, [to]. */
  readonly bias: tf.Tensor;
  /** L, the lower triangle of Σ = L Lᵀ, [to, to]. */
  readonly scaleTril: tf.Tensor;
}

/** A linear-Gaussian state-space model with states of X and observations of O numbers. */
export interface LinearGaussian {
  /** p(x_1) = N(m, P), with P = L Lᵀ. */
  readonly initial: { readonly mean: tf.Tensor; readonly scaleTril: tf.Tensor };
  /** p(x_{t+1}|x_t) = N(A x_t + b, Q). */
  readonly transition: LinearMap;
  /** p(o_t|x_t) = N(C x_t + d, R). */
  readonly observation: LinearMap;
}

/** X and O. */
export const sizes = ({ observation }: LinearGaussian): [state: number, observed: number] => [
  observation.matrix.shape[1] ?? 0,
  observation.matrix.shape[0],
];

/** L Lᵀ; what stands above the diagonal of L is taken as zero. */
export function covarianceOf(scaleTril: tf.Tensor): tf.Tensor {
  const lower = lowerTriangle(scaleTril);
  return tf.matMul(lower, lower, false, true);
}

/** A P Aᵀ. */
export const sandwich = (a: tf.Tensor, p: tf.Tensor): tf.Tensor => tf.matMul(tf.matMul(a, p), a, false, true);

/** A x + b of rows x, [B, X] to [B, to]. */
export const apply = ({ matrix, bias }: Pick<LinearMap, "matrix" | "bias">, x: tf.Tensor): tf.Tensor =>
  tf.matMul(x, matrix, false, true).add(bias);

/** Checks observations [T, O] or [B, T, O]. */
export function checkObservations(caller: string, params: LinearGaussian, observations: tf.Tensor): void {
  const [, size] = sizes(params);
  if (observations.rank === 3) checkShape(caller, "observations", observations, ["B", "T", `O=${size}`]);
  else
    checkShape(caller, "observations", observations, ["T", `O=${size}`], `use [B, T, O=${size}] for a batch`);
  if (observations.shape.at(-2) === 0)
    throw new Error(
      `${caller}: observations must be of at least one time, got ${showShape(observations.shape)}`,
    );
}

/** Time first, as `scan` wants it: [B, T, O] to [T, B, O], and [T, O] to [T, 1, O]. */
export const timeFirst = (x: tf.Tensor): tf.Tensor =>
  x.rank === 3 ? x.transpose([1, 0, 2]) : x.expandDims(1);

/** Back to the axes of what was given: [T, B, X] to [B, T, X], or to [T, X] without a batch. */
export const batchFirst = (x: tf.Tensor, batched: boolean): tf.Tensor =>
  batched ? x.transpose([1, 0, 2]) : x.squeeze([1]);

/** A run of the model. */
export interface Trajectory {
  /** x_t, [T, X], or [B, T, X] of a batch. */
  readonly states: tf.Tensor;
  /** o_t, [T, O], or [B, T, O] of a batch. */
  readonly observations: tf.Tensor;
}

/**
 * Draws from above: x_1 ~ p(x_1), x_{t+1} ~ p(x_{t+1}|x_t), o_t ~ p(o_t|x_t).
 *
 * @param steps T.
 * @param batch B, the number of runs; without it the tensors have no axis for them.
 */
export function sample(params: LinearGaussian, key: random.Key, steps: number, batch?: number): Trajectory {
  checkCount("linearGaussian.sample", "steps", steps, 1);
  if (batch !== undefined) checkCount("linearGaussian.sample", "batch", batch, 1);
  const { initial, transition, observation } = params;
  const [stateSize, observedSize] = sizes(params);
  const runs = batch ?? 1;
  return tree.tidy(() => {
    const [initialKey, stateKey, observationKey] = random.split(key, 3);
    const noise = (from: random.Key, count: number, lower: tf.Tensor): tf.Tensor => {
      const size = lower.shape[0];
      const epsilon = random.normal(from, [count * runs, size]);
      return tf.matMul(epsilon, lowerTriangle(lower), false, true).reshape([count, runs, size]); // L ε,  ε ~ N(0, I)
    };
    const first = noise(initialKey, 1, initial.scaleTril).squeeze<tf.Tensor>([0]).add(initial.mean);
    const rest = scan(
      (x: tf.Tensor, noise_t: tf.Tensor) => [apply(transition, x).add(noise_t), x.clone()] as const,
      first,
      noise(stateKey, steps, transition.scaleTril),
    );
    const states = rest[1]; //                                                                    [T, B, X]
    const observed = apply(observation, states.reshape([-1, stateSize]))
      .reshape([steps, runs, observedSize])
      .add(noise(observationKey, steps, observation.scaleTril));
    return {
      states: batchFirst(states, batch !== undefined),
      observations: batchFirst(observed, batch !== undefined),
    };
  });
}
