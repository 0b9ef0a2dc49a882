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
 * p(x) = 1 / (high − low) on [low, high] and 0 elsewhere, where log p is −∞; elementwise over the broadcast of its parameters.
 *
 * @param low lower ends, [...B].
 * @param high upper ends, above the lower ones (not checked), [...B].
 * @throws when the two shapes do not broadcast.
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

/** 0 where a distance from the ends of an interval is inwards or none, −∞ where it is outwards. */
export const logWithin = (distance: tf.Tensor): tf.Tensor => distance.greaterEqual(0).cast("float32").log();
