import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../numeric/check-number";
import type { Shape } from "../tensor/shape";
import { permutation as permutedNumbers, uniform } from "./draws";
import type { Key } from "./key";
import { gumbel } from "./noise";

/**
 * Draws integers uniformly from min … max − 1, int32 of the given shape; also in a compiled function.
 *
 * They are floors of 23 random bits: for a range of n values, probabilities differ by at most n · 2⁻²³,
 * relative.
 *
 * @throws if min and max are not integers with min < max and max − min ≤ 2²³.
 */
export function randint(key: Key, shape: Shape, { min = 0, max }: { min?: number; max: number }): tf.Tensor {
  const range = max - min;
  if (!Number.isInteger(min) || !Number.isInteger(max) || !(range > 0) || range > 2 ** 23)
    throw new Error(
      "random.randint: min and max must be integers with min < max and max - min <= 2^23, " +
        `got min = ${min}, max = ${max}`,
    );
  return tf.tidy(() =>
    uniform(key, shape)
      .mul(range)
      .floor()
      .add(min)
      .minimum(max - 1)
      .cast("int32"),
  );
}

/** Options of `choice`. */
export interface ChoiceOptions {
  /** The number of draws; all in one tensor. */
  readonly count: number;
  /** Whether an index may be drawn more than once, true by default. */
  readonly replace?: boolean;
  /** The weights of the indices, [n], at least 0 (not checked); equal by default. */
  readonly weights?: tf.Tensor;
}

/**
 * Draws indices from 0 … n − 1, int32 [count], for `tf.gather`; also in a compiled function.
 *
 * Without replacement they are the largest of n Gumbel variables, log w_i + g_i (Kool et al. 2019,
 * "Stochastic beams and where to find them"): the first with probability ∝ w, each other one ∝ w among those
 * that are left.
 *
 * @throws if n or the count is not a positive integer, the weights have another shape, or more than n indices
 *   are drawn without replacement.
 */
export function choice(key: Key, n: number, { count, replace = true, weights }: ChoiceOptions): tf.Tensor1D {
  checkCount("random.choice", "n", n, 1);
  checkCount("random.choice", "count", count, 1);
  if (weights !== undefined && (weights.rank !== 1 || weights.size !== n))
    throw new Error(`random.choice: weights must be [n=${n}], got [${weights.shape.join(", ")}]`);
  if (!replace && count > n)
    throw new Error(`random.choice: count must be at most n = ${n} without replacement, got ${count}`);
  if (replace && weights === undefined) return randint(key, [count], { max: n }) as tf.Tensor1D;
  return tf.tidy(() => {
    const logs = weights === undefined ? tf.zeros([n]) : weights.log();
    if (replace) return gumbel(key, [count, n]).add(logs).argMax<tf.Tensor1D>(-1);
    return tf.topk(gumbel(key, [n]).add<tf.Tensor1D>(logs), count).indices;
  });
}

/**
 * Returns the rows of x [N, ...] in random order.
 *
 * @throws in a compiled function of which the key is an argument.
 */
export function permuteRows<T extends tf.Tensor>(key: Key, x: T): T {
  const [rows = 0] = x.shape;
  return tf.tidy(() => tf.gather(x, tf.tensor1d(permutedNumbers(key, rows), "int32")));
}
