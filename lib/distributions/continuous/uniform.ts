import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { detached } from "../../core/tensor/grad";
import * as random from "../../core/random";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of uniform distributions on intervals. */
export interface Uniform extends With<Reparameterized, "entropy" | "cdf" | "quantile"> {
  readonly kind: "uniform";
  /** Lower ends, broadcast to [...B]. */
  readonly low: tf.Tensor;
  /** Upper ends, broadcast to [...B]. */
  readonly high: tf.Tensor;
}

/**
 * Returns U(low, high), one distribution for each element of the broadcast of the parameters.
 *
 * The density is 1 / (high − low) on [low, high] and 0 elsewhere, where log p is −∞. Draws are below `high`.
 *
 * @param lower lower ends, [...B].
 * @param upper upper ends, above `lower` (not checked), [...B].
 * @throws if the two shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function uniform(lower: Parameter, upper: Parameter): Uniform {
  const low = toParameter("uniform", "low", lower);
  const high = toParameter("uniform", "high", upper);
  const batchShape = broadcastShapes("uniform", low.shape, high.shape);
  const width = (): tf.Tensor => high.sub(low);
  return {
    kind: "uniform",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    low,
    high,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const u = random.uniform(key, [...sampleShape, ...batchShape]);
        const x = u.mul(width()).add(low); // low + (high − low) u
        return x.minimum(broadcastTo(floatBelow(high), x.shape)); // which may round up to high
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("uniform.logProb", x, batchShape, []);
        const within = detached(logWithin, tf.minimum(point.sub(low), tf.sub(high, point)));
        return within.sub(width().log()); // −log (high − low), or −∞ outside
      }),
    mean: () => tf.tidy(() => broadcastTo(low.add(high).mul(0.5), batchShape)),
    variance: () => tf.tidy(() => broadcastTo(width().square().div(12), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(width().log(), batchShape)),
    cdf: (x) =>
      tf.tidy(() => {
        const point = checkEvent("uniform.cdf", x, batchShape, []);
        return point.sub(low).div(width()).clipByValue(0, 1);
      }),
    quantile: (p) => tf.tidy(() => checkEvent("uniform.quantile", p, batchShape, []).mul(width()).add(low)),
  };
}

/** The largest float32 below each number: |x| 2⁻²⁴ is from half to all of the distance to it. */
function floatBelow(x: tf.Tensor): tf.Tensor {
  return x.sub(x.abs().mul(2 ** -24));
}

/** 0 where a signed distance into an interval is at least 0, −∞ outside. */
export function logWithin(distance: tf.Tensor): tf.Tensor {
  return distance.greaterEqual(0).cast("float32").log();
}

tree.register<Uniform, Pick<Uniform, "low" | "high">>("uniform", {
  parts: ({ low, high }) => ({ low, high }),
  rebuild: ({ low, high }) => uniform(low, high),
});
