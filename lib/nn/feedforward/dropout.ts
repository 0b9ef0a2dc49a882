import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";

/**
 * Sets each number to zero with probability `rate`, and divides the others by 1 − rate (Srivastava et al.
 * 2014; scaled in training, so that nothing changes in evaluation).
 *
 * @param rate in [0, 1); at 0 the result is a copy.
 * @throws if the rate is not in [0, 1).
 */
export function dropout(key: random.Key, rate: number, x: tf.Tensor): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: rate must be in [0, 1), got ${rate}`);
  if (rate === 0) return x.clone();
  return tf.tidy(() => {
    const kept = random.uniform(key, x.shape).greaterEqual(rate).cast("float32");
    return x.mul(kept).div(1 - rate);
  });
}
