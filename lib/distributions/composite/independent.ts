import * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized } from "../base/distribution";

/** A distribution whose last batch axes are reinterpreted as event axes; reparameterized if its base is. */
export type Independent<D extends Distribution = Distribution> = Distribution & {
  /** The kind of every such distribution. */
  readonly kind: "independent";
  /** The distribution with the axes still in its batch, [...B, ...E]. */
  readonly base: D;
} & (D extends Reparameterized ? Reparameterized : unknown);

/**
 * Returns p(x) = Π_e p(x_e): the last axes of a batch, reinterpreted as axes of one outcome.
 *
 * `independent(normal(mu, sigma))` with mu and sigma [B, Z] is a batch [B] of normal distributions over
 * vectors [Z] with a diagonal covariance.
 *
 * @param base a distribution with the batch [...B, ...E].
 * @param axes the number of axes of E, 1 by default.
 * @throws if `axes` is not an integer from 1 to the number of batch axes of the base.
 */
export function independent<D extends Distribution>(base: D, axes = 1): Independent<D> {
  const rank = base.batchShape.length;
  if (!Number.isInteger(axes) || axes < 1 || axes > rank)
    throw new Error(
      `independent: axes must be an integer from 1 to ${rank}, ` +
        `the number of batch axes of the base ${showShape(base.batchShape)}, got ${axes}`,
    );
  const batchShape = base.batchShape.slice(0, rank - axes);
  const eventShape = [...base.batchShape.slice(rank - axes), ...base.eventShape];
  const sumOverEvent = (x: tf.Tensor): tf.Tensor => sumLast(x, axes);
  const distribution: Distribution & { readonly base: D } = {
    kind: "independent",
    batchShape,
    eventShape,
    base,
    ...("reparameterized" in base && { reparameterized: true }),
    sample: (key, sampleShape) => base.sample(key, sampleShape),
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("independent.logProb", x, batchShape, eventShape);
        return sumOverEvent(base.logProb(x)); // log Π_e p(x_e) = Σ_e log p(x_e)
      }),
    mean: () => base.mean(),
    variance: () => base.variance(),
    entropy: () => tf.tidy(() => sumOverEvent(base.entropy())),
  };
  // The compiler does not see that `reparameterized` is copied from the base
  return distribution as Independent<D>;
}

/** The sum over the last `axes` axes of a tensor. */
export function sumLast(x: tf.Tensor, axes: number): tf.Tensor {
  return x.sum(Array.from({ length: axes }, (_, i) => x.rank - axes + i));
}
