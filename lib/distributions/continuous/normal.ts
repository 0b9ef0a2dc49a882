import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { broadcastShapes } from "../../core/tensor/shape";
import { broadcastTo } from "../../core/tensor/broadcast";
import { checkEvent } from "../base/check-event";
import type { Reparameterized } from "../base/distribution";

/** A batch of univariate normal distributions. */
export interface Normal extends Reparameterized {
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
 * @param mu means, [...B].
 * @param sigma standard deviations, above 0 (not checked), [...B].
 * @throws if the two shapes do not broadcast.
 */
export function normal(mu: tf.Tensor, sigma: tf.Tensor): Normal {
  const batchShape = broadcastShapes("normal", mu.shape, sigma.shape);
  return {
    kind: "normal",
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
        checkEvent("normal.logProb", x, batchShape, []);
        const z = x.sub(mu).div(sigma);
        return z.square().mul(-0.5).sub(sigma.log()).sub(HALF_LOG_TWO_PI); // −z²/2 − log σ − ½ log 2π
      }),
    mean: () => broadcastTo(mu, batchShape),
    variance: () => tf.tidy(() => broadcastTo(sigma.square(), batchShape)),
    entropy: () => tf.tidy(() => broadcastTo(sigma.log().add(HALF_LOG_TWO_PI + 0.5), batchShape)),
  };
}
