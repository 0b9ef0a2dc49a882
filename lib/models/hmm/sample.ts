import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { categorical } from "../../distributions/discrete/categorical";
import { states as sizeOf, type Hmm } from "./model";

/** States and observations drawn from the model. */
export interface HmmTrajectory {
  /** z_t, int32, [T], or [B, T] for a batch. */
  readonly states: tf.Tensor;
  /** o_t, [T, ...E], or [B, T, ...E] for a batch. */
  readonly observations: tf.Tensor;
}

/**
 * Returns draws by ancestral sampling: z_1 ~ p(z_1), z_{t+1} ~ p(z_{t+1}|z_t), o_t ~ p(o_t|z_t).
 *
 * @param steps T.
 * @param options `batch`: B, the number of sequences; without it, the tensors have no batch axis.
 * @throws if steps or batch is not a positive integer.
 */
export function sample(
  params: Hmm,
  key: random.Key,
  steps: number,
  { batch }: { readonly batch?: number } = {},
): HmmTrajectory {
  checkCount("hmm.sample", "steps", steps, 1);
  if (batch !== undefined) checkCount("hmm.sample", "batch", batch, 1);
  const runs = batch ?? 1;
  const size = sizeOf(params);
  return tree.tidy(() => {
    const [firstKey, movesKey, emissionKey] = random.split(key, 3);
    const next = categorical(params.transition);
    const path = [categorical(params.initial).sample(firstKey, [runs])]; //              [B]
    for (let t = 1; t < steps; t++) {
      const all = next.sample(random.fold(movesKey, t), [runs]); //                     from each state [B, K]
      path.push(chosen(all, path[t - 1] as tf.Tensor, size));
    }
    const states = tf.stack(path, 1); //                                                 [B, T]
    const emitted = params.emissions.sample(emissionKey, [runs, steps]); //              [B, T, K, ...E]
    const [, , , ...event] = emitted.shape;
    const flat = emitted.reshape([runs * steps, size, -1]);
    const mask = tf.oneHot(states.flatten().cast("int32"), size).expandDims(2);
    const observations = tf.where(mask.cast("bool"), flat, tf.zerosLike(flat)).sum(1);
    const shape = batch === undefined ? [steps] : [runs, steps];
    return {
      states: states.reshape(shape),
      observations: observations.reshape([...shape, ...event]).cast(emitted.dtype),
    };
  });
}

/** all[b, states[b]] of [B, K]. */
function chosen(all: tf.Tensor, states: tf.Tensor, size: number): tf.Tensor {
  return all
    .mul(tf.oneHot(states as tf.Tensor1D, size).cast("int32"))
    .sum(1)
    .cast("int32");
}
