import * as tf from "@tensorflow/tfjs";
import { openUniform } from "../../core/random/noise";
import { inspectable } from "../../core/show/inspectable";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of univariate Laplace distributions; their tails are heavier than those of a normal. */
export interface Laplace extends With<Reparameterized, "entropy" | "cdf" | "quantile" | "mode"> {
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
 * @param mean means μ, [...B].
 * @param width scales b, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function laplace(mean: Parameter, width: Parameter): Laplace {
  const mu = toParameter("laplace", "mu", mean);
  const scale = toParameter("laplace", "scale", width);
  const batchShape = broadcastShapes("laplace", mu.shape, scale.shape);
  return {
    kind: "laplace",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    mu,
    scale,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const u = openUniform(key, [...sampleShape, ...batchShape]); // on (0, 1)
        return standardQuantile(u).mul(scale).add(mu); //               μ + b ε
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const distance = checkEvent("laplace.logProb", x, batchShape, []).sub(mu).abs();
        return distance.div(scale).add(scale.mul(2).log()).neg(); // −|x − μ| / b − log 2b
      }),
    mean: () => broadcastTo(mu, batchShape),
    variance: () => tf.tidy(() => broadcastTo(scale.square().mul(2), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(scale.mul(2).log().add(1), batchShape)),
    cdf: (x) =>
      tf.tidy(() => {
        const z = checkEvent("laplace.cdf", x, batchShape, []).sub(mu).div(scale);
        const tail = z.abs().neg().exp().mul(0.5); // the probability beyond |z|, on one side
        return tf.where(z.less(0), tail, tf.sub(1, tail));
      }),
    quantile: (p) =>
      tf.tidy(() =>
        standardQuantile(checkEvent("laplace.quantile", p, batchShape, []))
          .mul(scale)
          .add(mu),
      ),
    mode: () => broadcastTo(mu, batchShape),
  };
}

/** ε = log(1 + v) for v < 0 and −log(1 − v) elsewhere, with v = 2u − 1 on (−1, 1), never 0 for draws. */
function standardQuantile(u: tf.Tensor): tf.Tensor {
  const v = u.mul(2).sub(1);
  return tf.where(v.less(0), v.minimum(0).add(1).log(), tf.sub(1, v.maximum(0)).log().neg());
}

tree.register<Laplace, Pick<Laplace, "mu" | "scale">>("laplace", {
  parts: ({ mu, scale }) => ({ mu, scale }),
  rebuild: ({ mu, scale }) => laplace(mu, scale),
});
