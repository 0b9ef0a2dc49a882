import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import { logSumExp } from "../../core/tensor/special";

/** Log importance weights of K draws for each row: (x [B, ...], key, K) → [K, B]. */
export type LogWeights = (x: tf.Tensor, key: random.Key, draws: number) => tf.Tensor;

/**
 * The importance-weighted bound of each row, log (1/K) Σ_k w_k with w_k = p(x, z_k) / q(z_k|x).
 *
 * A lower bound of log p(x) in expectation; K = 1 is the ELBO, and it rises with K towards log p(x) (Burda et al. 2016,
 * "Importance weighted autoencoders", equation 8 and Theorem 1).
 *
 * @param draws K.
 * @param atOnce how many weights are computed at a time; each needs the memory of one decoded row.
 * @returns [N], in nats.
 * @throws when x has no row, or a number is no whole one above 0.
 */
export function importanceBound(
  logWeights: LogWeights,
  x: tf.Tensor,
  key: random.Key,
  { draws, atOnce = 12_500 }: { draws: number; atOnce?: number },
): tf.Tensor1D {
  checkCount("importanceBound", "draws", draws, 1);
  checkCount("importanceBound", "atOnce", atOnce, 1);
  const n = x.shape.at(0) ?? 0; // a scalar has no row
  if (n === 0)
    throw new Error(`importanceBound: x must be [N, ...] with at least one row, got ${showShape(x.shape)}`);
  const rows = Math.max(1, Math.floor(atOnce / draws));
  return tf.tidy(() => {
    const bounds: tf.Tensor[] = [];
    for (let start = 0; start < n; start += rows) {
      const some = tf.slice(x, start, Math.min(rows, n - start));
      const weights = tf.tidy(() =>
        logSumExp(inPieces(logWeights, some, random.fold(key, start), draws, atOnce), 0),
      );
      bounds.push(weights.sub(Math.log(draws)));
    }
    return tf.concat(bounds) as tf.Tensor1D;
  });
}

/** log Σ w over pieces of the draws, where one row has more draws than fit at once: [pieces, B]. */
function inPieces(
  logWeights: LogWeights,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
  atOnce: number,
): tf.Tensor {
  const most = Math.max(1, Math.floor(atOnce / x.shape[0]));
  const pieces: tf.Tensor[] = [];
  for (let done = 0; done < draws; done += most) {
    const count = Math.min(most, draws - done);
    pieces.push(tf.tidy(() => logSumExp(logWeights(x, random.fold(key, done), count), 0)));
  }
  return tf.stack(pieces);
}
