import * as tf from "@tensorflow/tfjs";
import { openUniform } from "../../core/random/noise";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import { broadcastShapes } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";
import { logWithin } from "../continuous/uniform";
import { checkNumbers, momentsWithin } from "./moments-within";

/** A batch of distributions of numbers, conditioned on intervals. */
export interface Truncated extends With<Reparameterized, "cdf" | "quantile"> {
  readonly kind: "truncated";
  /** The distribution before it is truncated. */
  readonly base: With<Distribution, "cdf" | "quantile">;
  /** Lower ends, broadcast to [...B]. */
  readonly low: tf.Tensor;
  /** Upper ends, broadcast to [...B]. */
  readonly high: tf.Tensor;
}

/**
 * Returns a distribution of continuous numbers conditioned on [low, high], one for each element of the
 * broadcast of its batch and the ends.
 *
 * Draws are quantiles of uniform draws, and differentiable. The probability of the interval is a difference
 * of two values of the distribution function, so that an interval far in a tail loses digits;
 * `truncatedNormal` does not.
 *
 * @param base a distribution of numbers with `cdf` and `quantile`, which must be continuous (not checked).
 * @param lower lower ends, finite, [...B].
 * @param upper upper ends, finite and above `lower` (not checked), [...B].
 * @throws if the shapes do not broadcast, if outcomes are not numbers, or an end is neither a number nor a
 *   tensor of numbers.
 */
export function truncated(
  base: With<Distribution, "cdf" | "quantile">,
  lower: Parameter,
  upper: Parameter,
): Truncated {
  const low = toParameter("truncated", "low", lower);
  const high = toParameter("truncated", "high", upper);
  checkNumbers("truncated", base);
  const batchShape = [low, high].reduce<readonly number[]>(
    (shape, x) => broadcastShapes("truncated", shape, x.shape),
    base.batchShape,
  );
  const full = (x: tf.Tensor, shape = batchShape): tf.Tensor => broadcastTo(x, shape);
  const start = (): tf.Tensor => base.cdf(full(low)); //                           F(low)
  const mass = (): tf.Tensor => base.cdf(full(high)).sub(start()); //              F(high) − F(low)
  const moments = () => momentsWithin((x) => base.cdf(x).sub(start()).div(mass()), full(low), full(high));
  const clip = (x: tf.Tensor): tf.Tensor =>
    x.add(detached((value) => tf.minimum(tf.maximum(value, low), high).sub(value), x));
  const quantile = (p: tf.Tensor): tf.Tensor => clip(base.quantile(p.mul(mass()).add(start())));
  return {
    kind: "truncated",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    base,
    low,
    high,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => quantile(openUniform(key, [...sampleShape, ...batchShape]))),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("truncated.logProb", x, batchShape, []).add(tf.zeros([...batchShape]));
        const within = detached((value) => logWithin(tf.minimum(value.sub(low), tf.sub(high, value))), point);
        const density = base.logProb(clip(point)); // finite outside, so that gradients are
        return density.sub(mass().log()).add(within); // log p(x) − log (F(high) − F(low))
      }),
    mean: () => tf.tidy(() => moments().mean),
    variance: () => tf.tidy(() => moments().variance),
    cdf: (x) =>
      tf.tidy(() => {
        const point = checkEvent("truncated.cdf", x, batchShape, []).add(tf.zeros([...batchShape]));
        return base.cdf(clip(point)).sub(start()).div(mass()).clipByValue(0, 1);
      }),
    quantile: (p) =>
      tf.tidy(() =>
        quantile(checkEvent("truncated.quantile", p, batchShape, []).add(tf.zeros([...batchShape]))),
      ),
  };
}

type Parts = Pick<Truncated, "base" | "low" | "high">;

tree.register<Truncated, Parts>("truncated", {
  parts: ({ base, low, high }) => ({ base, low, high }),
  rebuild: ({ base, low, high }) => truncated(base, low, high),
});
