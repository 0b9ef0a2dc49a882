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
  /** L, the Cholesky factor of Σ = L Lᵀ, [to, to]. */
  readonly scaleTril: tf.Tensor;
}

/** A linear-Gaussian state-space model with states [X] and observations [O]. */
export interface LinearGaussian {
  /** p(x_1) = N(m, P), with P = L Lᵀ. */
  readonly initial: {
    /** Its mean, [X]. */
    readonly mean: tf.Tensor;
    /** The Cholesky factor of its covariance, [X, X]. */
    readonly scaleTril: tf.Tensor;
  };
  /** p(x_{t+1}|x_t) = N(A x_t + b, Q). */
  readonly transition: LinearMap;
  /** p(o_t|x_t) = N(C x_t + d, R). */
  readonly observation: LinearMap;
}

/** Returns X and O. */
export function sizes({ observation }: LinearGaussian): [state: number, observed: number] {
  return [observation.matrix.shape[1] ?? 0, observation.matrix.shape[0]];
}

/** Returns L Lᵀ; entries above the diagonal of L are ignored. */
export function covarianceOf(scaleTril: tf.Tensor): tf.Tensor {
  const lower = lowerTriangle(scaleTril);
  return tf.matMul(lower, lower, false, true);
}

/** Returns A P Aᵀ. */
export function sandwich(a: tf.Tensor, p: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.matMul(a, p), a, false, true);
}

/** Returns A x + b for each row of x: [B, X] to [B, to]. */
export function apply({ matrix, bias }: Pick<LinearMap, "matrix" | "bias">, x: tf.Tensor): tf.Tensor {
  return tf.matMul(x, matrix, false, true).add(bias);
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

/** Moves time to the first axis for `scan`: [B, T, O] to [T, B, O], and [T, O] to [T, 1, O]. */
export function timeFirst(x: tf.Tensor): tf.Tensor {
  return x.rank === 3 ? x.transpose([1, 0, 2]) : x.expandDims(1);
}

/** The inverse of `timeFirst`: [T, B, X] to [B, T, X], or to [T, X] without a batch. */
export function batchFirst(x: tf.Tensor, batched: boolean): tf.Tensor {
  return batched ? x.transpose([1, 0, 2]) : x.squeeze([1]);
}

/** States and observations drawn from the model. */
export interface Trajectory {
  /** x_t, [T, X], or [B, T, X] for a batch. */
  readonly states: tf.Tensor;
  /** o_t, [T, O], or [B, T, O] for a batch. */
  readonly observations: tf.Tensor;
}

/**
 * Returns draws by ancestral sampling: x_1 ~ p(x_1), x_{t+1} ~ p(x_{t+1}|x_t), o_t ~ p(o_t|x_t).
 *
 * @param steps T.
 * @param batch B, the number of sequences; without it, the tensors have no batch axis.
 * @throws if steps or batch is not a positive integer.
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
      // L ε,  ε ~ N(0, I)
      return tf.matMul(epsilon, lowerTriangle(lower), false, true).reshape([count, runs, size]);
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
