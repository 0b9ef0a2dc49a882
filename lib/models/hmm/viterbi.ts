import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { oneHot } from "../../core/tensor/one-hot";
import * as tree from "../../core/tensor/tree";
import { batchFirst, checkObservations, emissionLogProbs, states as sizeOf, type Hmm } from "./model";

/** The most probable path. */
export interface ViterbiPath {
  /** z_1 … z_T, int32, [T], or [B, T] for a batch. */
  readonly states: tf.Tensor;
  /** log p(z_1 … z_T, o_1 … o_T) of this path in nats, [], or [B]. */
  readonly logProb: tf.Tensor;
}

/**
 * Returns arg max over z_1 … z_T of p(z_1 … z_T|o_1 … o_T) (Viterbi 1967; Rabiner 1989). Its states need not
 * be the most probable ones at each time by itself. Not differentiable.
 *
 * @param observations [T, ...E], or [B, T, ...E].
 * @throws if the observations have a different shape.
 */
export function mostLikelyPath(params: Hmm, observations: tf.Tensor): ViterbiPath {
  const batched = checkObservations("hmm.mostLikelyPath", params, observations);
  return tree.tidy(() => {
    const emitted = emissionLogProbs(params, observations, batched);
    const [steps = 0] = emitted.shape;
    const size = sizeOf(params);
    const entries = (x: tf.Tensor, from: number, count: number): tf.Tensor => tf.slice(x, from, count);
    const start = params.initial.logSoftmax().add(entries(emitted, 0, 1).squeeze<tf.Tensor>([0]));
    const moves = params.transition.logSoftmax().expandDims(0); //                       [1, K, K]
    let best = start; // of the paths that end in each state                             [B, K]
    let from: tf.Tensor | undefined;
    if (steps > 1)
      [best, from] = scan(
        (before: tf.Tensor, now: tf.Tensor) => {
          const paths = before.expandDims(2).add(moves); //                              [B, from, to]
          return [paths.max(1).add(now), paths.argMax(1)] as const;
        },
        start,
        entries(emitted, 1, steps - 1),
      );
    const last = best.argMax(1); //                                                      [B]
    let path: tf.Tensor = last.expandDims(0);
    if (from !== undefined) {
      const [, before] = scan(
        (state: tf.Tensor, pointers: tf.Tensor) => {
          const previous = pointers.mul(oneHot(state, size).cast("int32")).sum(1).cast("int32");
          return [previous, previous.clone()] as const;
        },
        last,
        from, // the state before, for each state at times 2 … T
        { reverse: true },
      );
      path = tf.concat([before, path]);
    }
    const logProb = best.max(1);
    return { states: batchFirst(path, batched), logProb: batched ? logProb : logProb.squeeze() };
  });
}
