import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";
import * as random from "../../core/random";
import { softplus } from "../../core/tensor/special";
import { checkEvent } from "../base/check-event";
import type { Distribution } from "../base/distribution";

/** A batch of Bernoulli distributions over 0 and 1. */
export interface Bernoulli extends Distribution {
  readonly kind: "bernoulli";
  /** Log odds l = log p/(1 − p), [...B]. */
  readonly logits: tf.Tensor;
  /** p = P(x = 1) = 1 / (1 + e⁻ˡ), [...B]. */
  probs(): tf.Tensor;
}

/**
 * Returns Bern(p), elementwise, with p given by its log odds: p stays within [0, 1], and log p does not
 * overflow.
 *
 * Draws are float32 and carry no gradient. `logProb` also accepts x between 0 and 1, such as grey levels of
 * an image, and then returns x·l − softplus(l).
 *
 * @param logits l, finite (not checked), [...B].
 */
export function bernoulli(logits: tf.Tensor): Bernoulli {
  const batchShape = logits.shape;
  const p = (): tf.Tensor => logits.sigmoid();
  const notP = (): tf.Tensor => logits.neg().sigmoid(); // 1 − p, to full relative precision
  return {
    kind: "bernoulli",
    batchShape,
    eventShape: [],
    logits,
    probs: p,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const u = random.uniform(key, [...sampleShape, ...batchShape]);
        return detached((l) => u.less(l.sigmoid()).cast("float32"), logits); // 1 where u < p
      }),
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("bernoulli.logProb", x, batchShape, []);
        return x.mul(logits).sub(softplus(logits)); // x log p + (1 − x) log(1 − p)
      }),
    mean: p,
    variance: () => tf.tidy(() => p().mul(notP())),
    entropy: () =>
      tf.tidy(() => {
        const surprise1 = softplus(logits.neg()); // −log p
        const surprise0 = softplus(logits); //       −log(1 − p)
        return p().mul(surprise1).add(notP().mul(surprise0));
      }),
  };
}
