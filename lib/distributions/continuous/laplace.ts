import * as tf from "@tensorflow/tfjs";
import { openUniform } from "../../core/random/noise";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import { checkEvent } from "../base/check-event";
import type { Reparameterized } from "../base/distribution";

/** A batch of Laplace distributions, with tails heavier than normal ones. */
export interface Laplace extends Reparameterized {
  readonly kind: "laplace";
  /** Means, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Scales b, the mean distances from the mean, broadcast to [...B]. */
  readonly scale: tf.Tensor;
}

/**
 * p(x) = exp(−|x − μ| / b) / 2b, elementwise over the broadcast of its parameters.
 *
 * At x = μ the density has a kink; the gradient there is that from the left.
 *
 * @param mu means, [...B].
 * @param scale b, above 0, [...B].
 * @throws when the two shapes do not broadcast.
 */
export function laplace(mu: tf.Tensor, scale: tf.Tensor): Laplace {
  const batchShape = broadcastShapes("laplace", mu.shape, scale.shape);
  return {
    kind: "laplace",
    reparameterized: true,
    batchShape,
    eventShape: [],
    mu,
    scale,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const u = openUniform(key, [...sampleShape, ...batchShape]); // at cell centres, never 0
        const v = u.mul(2).sub(1); //                                   on (−1, 1), never 0
        const noise = v.sign().mul(v.abs().neg().add(1).log()).neg(); // ε = −sign(v) log(1 − |v|)
        return noise.mul(scale).add(mu); //                             μ + b ε
      }),
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("laplace.logProb", x, batchShape, []);
        return x.sub(mu).abs().div(scale).add(scale.mul(2).log()).neg(); // −|x − μ| / b − log 2b
      }),
    mean: () => broadcastTo(mu, batchShape),
    variance: () => tf.tidy(() => broadcastTo(scale.square().mul(2), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(scale.mul(2).log().add(1), batchShape)),
  };
}
