import * as tf from "@tensorflow/tfjs";
import { openUniform } from "../../core/random/noise";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import { checkEvent } from "../base/check-event";
import type { Reparameterized } from "../base/distribution";

/** A batch of univariate Laplace distributions; their tails are heavier than those of a normal. */
export interface Laplace extends Reparameterized {
  readonly kind: "laplace";
  /** Means, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Scales b = E|x − μ|, broadcast to [...B]. */
  readonly scale: tf.Tensor;
}

/**
 * Returns Laplace(μ, b) with density exp(−|x − μ| / b) / 2b, one for each element of the broadcast of the
 * parameters.
 *
 * The density has a kink at x = μ; the gradient returned there is the left derivative.
 *
 * @param mu means, [...B].
 * @param scale b, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast.
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
        const u = openUniform(key, [...sampleShape, ...batchShape]); // on (0, 1)
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
