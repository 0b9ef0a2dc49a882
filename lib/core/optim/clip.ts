import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import * as tree from "../tensor/tree";
import { gradientTransformation, type Optimizer } from "./optimizer";

/** The state of a transformation that remembers nothing. */
export type NoState = Readonly<Record<string, never>>;

/** Returns the norm of all leaves of a tree as one vector, (Σ x²)^½, []. */
export function globalNorm(t: unknown): tf.Scalar {
  return tf.tidy(() =>
    tree
      .leaves(t)
      .reduce<tf.Tensor>((sum, x) => sum.add(x.square().sum()), tf.scalar(0))
      .sqrt()
      .asScalar(),
  );
}

/**
 * Scales the updates of all leaves together so that their norm is at most `most` (Pascanu et al. 2013,
 * algorithm 1).
 *
 * @throws if `most` is not positive.
 */
export function clipByGlobalNorm(most: number): Optimizer<NoState> {
  checkAbove("clipByGlobalNorm", "most", most);
  return gradientTransformation("clipByGlobalNorm", {
    init: () => ({}),
    transform: (updates, state) => {
      const norm = globalNorm(updates);
      const factor = tf.where(norm.less(most), 1, tf.div(most, norm)); // g · min(1, c / |g|)
      return { updates: tree.map((g) => g.mul(factor), updates), state };
    },
  });
}

/**
 * Clips each number of the updates to [−most, most].
 *
 * @throws if `most` is not positive.
 */
export function clipByValue(most: number): Optimizer<NoState> {
  checkAbove("clipByValue", "most", most);
  return gradientTransformation("clipByValue", {
    init: () => ({}),
    transform: (updates, state) => ({ updates: tree.map((g) => g.clipByValue(-most, most), updates), state }),
  });
}
