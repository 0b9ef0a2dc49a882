import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";

/**
 * The rows of one epoch's minibatches: 0 … n−1 in random order, cut into full batches; the remainder waits for another epoch.
 *
 * @returns floor(n / batchSize) arrays of `batchSize` indices.
 * @throws when there are fewer rows than a batch needs.
 */
export function minibatches(key: random.Key, n: number, batchSize: number): Int32Array[] {
  checkCount("minibatches", "batchSize", batchSize, 1);
  if (batchSize > n)
    throw new Error(`minibatches: batchSize must be at most the ${n} rows there are, got ${batchSize}`);
  const order = random.permutation(key, n);
  return Array.from({ length: Math.floor(n / batchSize) }, (_, i) =>
    order.slice(i * batchSize, (i + 1) * batchSize),
  );
}

/** The rows of x at the given indices, [rows, ...]. */
export const takeRows = <T extends tf.Tensor>(x: T, rows: Int32Array): T =>
  tf.tidy(() => tf.gather(x, tf.tensor1d(rows, "int32")));
