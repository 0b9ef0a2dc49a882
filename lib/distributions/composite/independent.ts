import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized, With } from "../base/distribution";

/**
 * A distribution whose last batch axes are reinterpreted as event axes; reparameterized if its base is, and
 * with an entropy if its base has one.
 */
export type Independent<D extends Distribution = Distribution> = Distribution & {
  /** The kind of every such distribution. */
  readonly kind: "independent";
  /** The distribution with the axes still in its batch, [...B, ...E]. */
  readonly base: D;
} & (D extends Reparameterized ? Reparameterized : unknown) &
  (D extends With<Distribution, "entropy"> ? With<Distribution, "entropy"> : unknown);

/**
 * Returns p(x) = Π_e p(x_e): the last axes of a batch, reinterpreted as axes of one outcome.
 *
 * `independent(normal(mu, sigma))` with mu and sigma [B, Z] is a batch [B] of normal distributions over
 * vectors [Z] with a diagonal covariance.
 *
 * @param base a distribution with the batch [...B, ...E].
 * @param axes the number of axes of E, 1 by default.
 * @throws if `axes` is not an integer from 0 to the number of batch axes of the base.
 */
export function independent<D extends Distribution>(base: D, axes = 1): Independent<D> {
  const rank = base.batchShape.length;
  if (!Number.isInteger(axes) || axes < 0 || axes > rank)
    throw new Error(
      `independent: axes must be an integer from 0 to ${rank}, ` +
        `the number of batch axes of the base ${showShape(base.batchShape)}, got ${axes}`,
    );
  const batchShape = base.batchShape.slice(0, rank - axes);
  const eventShape = [...base.batchShape.slice(rank - axes), ...base.eventShape];
  const sumOverEvent = (x: tf.Tensor): tf.Tensor => sumLast(x, axes);
  const { entropy, mode, sampleAndLogProb } = optionalFunctions(base);
  const distribution: Distribution & { readonly base: D } = {
    kind: "independent",
    ...inspectable,
    batchShape,
    eventShape,
    base,
    ...("reparameterized" in base && { reparameterized: true }),
    sample: (key, sampleShape) => base.sample(key, sampleShape),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("independent.logProb", x, batchShape, eventShape);
        return sumOverEvent(base.logProb(point)); // log Π_e p(x_e) = Σ_e log p(x_e)
      }),
    mean: () => base.mean(),
    variance: () => base.variance(),
    ...(entropy && { entropy: () => tf.tidy(() => sumOverEvent(entropy())) }),
    ...(mode && { mode }),
    ...(sampleAndLogProb && {
      sampleAndLogProb: (key, sampleShape) =>
        tree.tidy(() => {
          const [x, logProb] = sampleAndLogProb(key, sampleShape);
          return [x, sumOverEvent(logProb)] as const;
        }),
    }),
  };
  // The compiler does not see what is copied from the base
  return distribution as Independent<D>;
}

/** The functions of a distribution that not every distribution has, bound to it. */
function optionalFunctions(d: Distribution): Pick<Distribution, "entropy" | "mode" | "sampleAndLogProb"> {
  return {
    ...(d.entropy && { entropy: d.entropy.bind(d) }),
    ...(d.mode && { mode: d.mode.bind(d) }),
    ...(d.sampleAndLogProb && { sampleAndLogProb: d.sampleAndLogProb.bind(d) }),
  };
}

/** The sum over the last `axes` axes of a tensor. */
export function sumLast(x: tf.Tensor, axes: number): tf.Tensor {
  return axes === 0 ? x.clone() : x.sum(Array.from({ length: axes }, (_, i) => x.rank - axes + i));
}

tree.register<Independent, { readonly base: Distribution; readonly axes: number }>("independent", {
  parts: ({ base, batchShape }) => ({ base, axes: base.batchShape.length - batchShape.length }),
  rebuild: ({ base, axes }) => independent(base, axes),
});
