import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { lowerTriangle } from "../../core/tensor/triangular";
import { batchFirst, sizes, type LinearGaussian } from "./model";
import { checkSequence, mean, sequenceOf } from "./sequence";

/** States and observations drawn from the model. */
export interface Trajectory {
  /** x_t, [T, X], or [B, T, X] for a batch. */
  readonly states: tf.Tensor;
  /** o_t, [T, O], or [B, T, O] for a batch. */
  readonly observations: tf.Tensor;
}

/** Options of `sample`. */
export interface SampleOptions {
  /** B, the number of sequences; without it, the tensors have no batch axis. */
  readonly batch?: number;
  /** u_1 … u_T, [T, U], or [B, T, U]: those of a model with inputs. */
  readonly inputs?: tf.Tensor;
}

/**
 * Returns draws by ancestral sampling: x_1 ~ p(x_1), x_{t+1} ~ p(x_{t+1}|x_t), o_t ~ p(o_t|x_t).
 *
 * @param steps T.
 * @throws if steps or batch is not a positive integer, or the inputs do not fit the model.
 */
export function sample(
  params: LinearGaussian,
  key: random.Key,
  steps: number,
  { batch, inputs }: SampleOptions = {},
): Trajectory {
  checkCount("linearGaussian.sample", "steps", steps, 1);
  if (batch !== undefined) checkCount("linearGaussian.sample", "batch", batch, 1);
  checkSequence("linearGaussian.sample", params, { steps, batch, inputs });
  const [stateSize, observedSize] = sizes(params);
  const runs = batch ?? 1;
  return tree.tidy(() => {
    const [initialKey, stateKey, observationKey] = random.split(key, 3);
    const standard = (from: random.Key, count: number, size: number): tf.Tensor =>
      random.normal(from, [count * runs, size]).reshape([count, runs, size]); //    ε ~ N(0, I)
    const scaled = (epsilon: tf.Tensor, lower: tf.Tensor): tf.Tensor =>
      tf.matMul(epsilon, lower, false, true);
    const { mean: start, scaleTril } = params.initial;
    const first = standard(initialKey, 1, stateSize).squeeze<tf.Tensor>([0]);
    const { varying, at } = sequenceOf(params, inputs, lowerTriangle);
    const [, { states, observations }] = scan(
      (x: tf.Tensor, { now, epsilon, delta }) => {
        const { transition, observation } = at(now);
        const next = mean(transition, x).add(scaled(epsilon, transition.noise)); // A x + B u + b + L ε
        const o = mean(observation, x).add(scaled(delta, observation.noise));
        return [next, { states: x.clone(), observations: o }] as const;
      },
      start.add(scaled(first, lowerTriangle(scaleTril))),
      {
        now: varying,
        epsilon: standard(stateKey, steps, stateSize),
        delta: standard(observationKey, steps, observedSize),
      },
    );
    return {
      states: batchFirst(states, batch !== undefined),
      observations: batchFirst(observations, batch !== undefined),
    };
  });
}
