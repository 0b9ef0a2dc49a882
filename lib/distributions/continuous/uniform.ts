import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";
import * as random from "../../core/random";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import { checkEvent } from "../base/check-event";
import type { Reparameterized } from "../base/distribution";

/** A batch of uniform distributions on intervals. */
export interface Uniform extends Reparameterized {
  readonly kind: "uniform";
  /** Lower ends, broadcast to [...B]. */
  readonly low: tf.Tensor;
  /** Upper ends, broadcast to [...B]. */
  readonly high: tf.Tensor;
}

/**
 * Returns U(low, high), one distribution for each element of the broadcast of the parameters.
 *
 * The density is 1 / (high − low) on [low, high] and 0 elsewhere, where log p is −∞.
 *
 * @param low lower ends, [...B].
 * @param high upper ends, above `low` (not checked), [...B].
 * @throws if the two shapes do not broadcast.
 */
export function uniform(low: tf.Tensor, high: tf.Tensor): Uniform {
  const batchShape = broadcastShapes("uniform", low.shape, high.shape);
  const width = (): tf.Tensor => high.sub(low);
  return {
    kind: "uniform",
    reparameterized: true,
    batchShape,
    eventShape: [],
    low,
    high,
    sample: (key, sampleShape = []) =>
      tf.tidy(() =>
        random
          .uniform(key, [...sampleShape, ...batchShape])
          .mul(width())
          .add(low),
      ), // low + (high − low) u
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("uniform.logProb", x, batchShape, []);
        const within = detached(logWithin, tf.minimum(x.sub(low), tf.sub(high, x)));
        return within.sub(width().log()); // −log (high − low), or −∞ outside
      }),
    mean: () => tf.tidy(() => broadcastTo(low.add(high).mul(0.5), batchShape)),
    variance: () => tf.tidy(() => broadcastTo(width().square().div(12), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(width().log(), batchShape)),
  };
}

/** 0 where a signed distance into an interval is at least 0, −∞ outside. */
export function logWithin(distance: tf.Tensor): tf.Tensor {
  return distance.greaterEqual(0).cast("float32").log();
}
