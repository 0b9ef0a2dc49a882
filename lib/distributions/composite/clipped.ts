import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { broadcastShapes, showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";
import { logWithin } from "../continuous/uniform";
import { checkNumbers, momentsWithin } from "./moments-within";

/** A batch of distributions of numbers that are moved into intervals; reparameterized if its base is. */
export type Clipped<D extends Distribution = Distribution> = With<Distribution, "cdf"> & {
  /** The kind of every such distribution. */
  readonly kind: "clipped";
  /** The distribution before numbers are moved. */
  readonly base: D;
  /** Lower ends, broadcast to [...B]. */
  readonly low: tf.Tensor;
  /** Upper ends, broadcast to [...B]. */
  readonly high: tf.Tensor;
} & (D extends Reparameterized ? Reparameterized : unknown);

/**
 * Returns the distribution of min(max(x, low), high) for continuous x ~ p(x): of actions that an environment
 * limits, for example.
 *
 * The ends have probabilities, F(low) and 1 − F(high). `logProb` is their logarithm there, the log-density of
 * the base between them, and −∞ outside. Draws have the gradient 0 where they were moved.
 *
 * @param base a distribution of numbers with `cdf`, which must be continuous (not checked), [...B].
 * @param lower lower ends, finite, which broadcast to [...B].
 * @param upper upper ends, finite and above `lower` (not checked), which broadcast to [...B].
 * @throws if an end does not broadcast to the batch of the base, is neither a number nor a tensor of numbers,
 *   or if outcomes are not numbers.
 */
export function clipped<D extends With<Distribution, "cdf">>(
  base: D,
  lower: Parameter,
  upper: Parameter,
): Clipped<D> {
  const low = toParameter("clipped", "low", lower);
  const high = toParameter("clipped", "high", upper);
  checkNumbers("clipped", base);
  const { batchShape } = base;
  for (const [name, end] of Object.entries({ low, high }))
    if (showShape(broadcastShapes("clipped", batchShape, end.shape)) !== showShape(batchShape))
      throw new Error(
        `clipped: ${name} must broadcast to the batch of the base, ${showShape(batchShape)}, ` +
          `got ${showShape(end.shape)}`,
      );
  const clip = (x: tf.Tensor): tf.Tensor =>
    tf.minimum(tf.maximum(x, broadcastTo(low, x.shape)), broadcastTo(high, x.shape));
  const moments = () =>
    momentsWithin((x) => base.cdf(x), broadcastTo(low, batchShape), broadcastTo(high, batchShape));
  const distribution: With<Distribution, "cdf"> & Parts = {
    kind: "clipped",
    ...inspectable,
    ...("reparameterized" in base && { reparameterized: true }),
    batchShape,
    eventShape: [],
    base,
    low,
    high,
    sample: (key, sampleShape) => tf.tidy(() => clip(base.sample(key, sampleShape))),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("clipped.logProb", x, batchShape, []).add(tf.zeros([...batchShape]));
        const [start, end] = [broadcastTo(low, point.shape), broadcastTo(high, point.shape)];
        const [atLow, atHigh] = [point.equal(start), point.equal(end)];
        const inside = base.logProb(tf.where(atLow.logicalOr(atHigh), start.add(end).div(2), point));
        const within = detached((value) => logWithin(tf.minimum(value.sub(start), end.sub(value))), point);
        const logBelow = base.cdf(start).log(); //                                log F(low)
        const logAbove = base.cdf(end).neg().log1p(); //                          log (1 − F(high))
        return tf.where(atLow, logBelow, tf.where(atHigh, logAbove, inside)).add(within);
      }),
    mean: () => tf.tidy(() => moments().mean),
    variance: () => tf.tidy(() => moments().variance),
    cdf: (x) =>
      tf.tidy(() => {
        const point = checkEvent("clipped.cdf", x, batchShape, []).add(tf.zeros([...batchShape]));
        const inside = base.cdf(point);
        return tf.where(point.less(low), 0, tf.where(point.greaterEqual(high), 1, inside));
      }),
  };
  return distribution as Clipped<D>; // the compiler does not see that `reparameterized` is copied
}

type Parts = Pick<Clipped<With<Distribution, "cdf">>, "base" | "low" | "high">;

tree.register<Clipped<With<Distribution, "cdf">>, Parts>("clipped", {
  parts: ({ base, low, high }) => ({ base, low, high }),
  rebuild: ({ base, low, high }) => clipped(base, low, high),
});
