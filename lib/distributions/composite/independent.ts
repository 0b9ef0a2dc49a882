import * as tf from "@tensorflow/tfjs";
import { showShape } from "../../core/tensor/shape";
import { checkEvent } from "../base/check-event";
import type { Distribution, Reparameterized } from "../base/distribution";

/** The last axes of a distribution's batch, taken together as one outcome; reparameterized where its base is. */
export type Independent<D extends Distribution = Distribution> = Distribution & {
  readonly kind: "independent";
  readonly base: D;
} & (D extends Reparameterized ? Reparameterized : unknown);

/**
 * p(x) = Π_e p(x_e): independent members of a batch, read as the axes of one outcome.
 *
 * `independent(normal(mu, sigma))` with mu and sigma [B, Z] is a batch [B] of normal distributions over vectors [Z] with a
 * diagonal covariance.
 *
 * @param base a distribution whose batch is [...B, ...E].
 * @param axes how many axes E has, 1 by default.
 * @throws when the base's batch has fewer axes than that.
 */
export function independent<D extends Distribution>(base: D, axes = 1): Independent<D> {
  const rank = base.batchShape.length;
  if (!Number.isInteger(axes) || axes < 1 || axes > rank)
    throw new Error(
      `independent: axes must be a whole number from 1 to ${rank}, ` +
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
  return distribution as Independent<D>; // the compiler does not follow that the mark of the base is passed on
}

/** The sum over the last axes of a tensor. */
export const sumLast = (x: tf.Tensor, axes: number): tf.Tensor =>
  x.sum(Array.from({ length: axes }, (_, i) => x.rank - axes + i));
