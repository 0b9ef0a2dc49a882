import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";

/**
 * Returns the row indices of one epoch's minibatches: 0 … n − 1 in random order, split into full batches. The
 * remainder is left out of this epoch.
 *
 * @param n the number of rows.
 * @returns floor(n / batchSize) arrays of `batchSize` indices.
 * @throws if `batchSize` is not a positive integer, or exceeds n.
 */
export function minibatches(key: random.Key, n: number, batchSize: number): Int32Array[] {
  checkCount("minibatches", "batchSize", batchSize, 1);
  if (batchSize > n)
    throw new Error(`minibatches: batchSize must be at most ${n}, the number of rows, got ${batchSize}`);
  const order = random.permutation(key, n);
  return Array.from({ length: Math.floor(n / batchSize) }, (_, i) =>
    order.slice(i * batchSize, (i + 1) * batchSize),
  );
}

/** Returns the rows of x [N, ...] at the given indices, [rows, ...]. */
export function takeRows<T extends tf.Tensor>(x: T, rows: Int32Array): T {
  return tf.tidy(() => tf.gather(x, tf.tensor1d(rows, "int32")));
}
