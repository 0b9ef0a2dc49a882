import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { inspectable } from "../../core/show/inspectable";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import { erfinvTensor } from "../../core/tensor/special";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Reparameterized, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of univariate normal distributions. */
export interface Normal extends With<Reparameterized, "entropy" | "cdf" | "quantile" | "mode"> {
  readonly kind: "normal";
  /** Means, broadcast to [...B]. */
  readonly mu: tf.Tensor;
  /** Standard deviations, broadcast to [...B]. */
  readonly sigma: tf.Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Returns N(μ, σ²), one distribution for each element of the broadcast of the parameters.
 *
 * @param mean means μ, [...B].
 * @param stddev standard deviations σ, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast, or a parameter is neither a number nor a tensor of numbers.
 */
export function normal(mean: Parameter, stddev: Parameter): Normal {
  const mu = toParameter("normal", "mu", mean);
  const sigma = toParameter("normal", "sigma", stddev);
  const batchShape = broadcastShapes("normal", mu.shape, sigma.shape);
  return {
    kind: "normal",
    ...inspectable,
    reparameterized: true,
    batchShape,
    eventShape: [],
    mu,
    sigma,
    sample: (key, sampleShape = []) =>
      tf.tidy(() =>
        random
          .normal(key, [...sampleShape, ...batchShape])
          .mul(sigma)
          .add(mu),
      ), // μ + σ ε,  ε ~ N(0, 1)
    logProb: (x) =>
      tf.tidy(() => {
        const z = checkEvent("normal.logProb", x, batchShape, []).sub(mu).div(sigma);
        return z.square().mul(-0.5).sub(sigma.log()).sub(HALF_LOG_TWO_PI); // −z²/2 − log σ − ½ log 2π
      }),
    mean: () => broadcastTo(mu, batchShape),
    variance: () => tf.tidy(() => broadcastTo(sigma.square(), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(sigma.log().add(HALF_LOG_TWO_PI + 0.5), batchShape)),
    cdf: (x) =>
      tf.tidy(() => {
        const z = checkEvent("normal.cdf", x, batchShape, []).sub(mu).div(sigma);
        return z.mul(Math.SQRT1_2).erf().add(1).mul(0.5); // Φ(z) = (1 + erf z/√2) / 2
      }),
    quantile: (p) =>
      tf.tidy(() => {
        const u = checkEvent("normal.quantile", p, batchShape, []).mul(2).sub(1);
        return erfinvTensor(u).mul(Math.SQRT2).mul(sigma).add(mu);
      }),
    mode: () => broadcastTo(mu, batchShape),
  };
}

tree.register<Normal, Pick<Normal, "mu" | "sigma">>("normal", {
  parts: ({ mu, sigma }) => ({ mu, sigma }),
  rebuild: ({ mu, sigma }) => normal(mu, sigma),
});
