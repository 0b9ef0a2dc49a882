import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import { logSumExp } from "../../core/tensor/special";

/** Computes log importance weights of K draws for each row: (x [B, ...], key, K) → [K, B], in nats. */
export type LogWeights = (x: tf.Tensor, key: random.Key, draws: number) => tf.Tensor;

/**
 * Returns the importance-weighted bound of each row, log (1/K) Σ_k w_k with w_k = p(x, z_k) / q(z_k|x).
 *
 * It is a lower bound of log p(x) in expectation. With K = 1 it is the ELBO, and it increases with K towards
 * log p(x) (Burda et al. 2016, "Importance weighted autoencoders", equation 8 and Theorem 1).
 *
 * @param x the data, [N, ...].
 * @param options `draws`: K; `atOnce`: the number of weights per call of `logWeights`, 12,500 by default,
 *   which bounds the memory used: each weight needs that of one decoded row.
 * @returns [N], in nats.
 * @throws if x has no rows, or if an option is not a positive integer.
 */
export function importanceBound(
  logWeights: LogWeights,
  x: tf.Tensor,
  key: random.Key,
  { draws, atOnce = 12_500 }: { draws: number; atOnce?: number },
): tf.Tensor1D {
  checkCount("importanceBound", "draws", draws, 1);
  checkCount("importanceBound", "atOnce", atOnce, 1);
  const n = x.shape.at(0) ?? 0; // a scalar has no rows
  if (n === 0)
    throw new Error(`importanceBound: x must be [N, ...] with at least one row, got ${showShape(x.shape)}`);
  const rows = Math.max(1, Math.floor(atOnce / draws));
  return tf.tidy(() => {
    const bounds: tf.Tensor[] = [];
    for (let start = 0; start < n; start += rows) {
      const some = tf.slice(x, start, Math.min(rows, n - start));
      const weights = tf.tidy(() =>
        logSumExp(chunkSums(logWeights, some, random.fold(key, start), draws, atOnce), 0),
      );
      bounds.push(weights.sub(Math.log(draws)));
    }
    return tf.concat(bounds) as tf.Tensor1D;
  });
}

/**
 * log Σ w over each chunk of the draws, [chunks, B]: one chunk, unless a single row has more draws than
 * `atOnce`.
 */
function chunkSums(
  logWeights: LogWeights,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
  atOnce: number,
): tf.Tensor {
  const size = Math.max(1, Math.floor(atOnce / x.shape[0]));
  const sums: tf.Tensor[] = [];
  for (let done = 0; done < draws; done += size) {
    const count = Math.min(size, draws - done);
    sums.push(tf.tidy(() => logSumExp(logWeights(x, random.fold(key, done), count), 0)));
  }
  return tf.stack(sums);
}
