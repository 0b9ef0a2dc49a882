import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import * as random from "../../core/random";
import { broadcastShapes } from "../../core/tensor/shape";
import { softplus } from "../../core/tensor/special";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of Bernoulli distributions over 0 and 1. */
export interface Bernoulli extends With<Distribution, "entropy" | "mode"> {
  readonly kind: "bernoulli";
  /** Log odds l = log p/(1 − p), [...B]. */
  readonly logits: tf.Tensor;
  /** p = P(x = 1) = 1 / (1 + e⁻ˡ), [...B]. */
  probs(): tf.Tensor;
}

/** Log odds of at most this size stand for probabilities of exactly 0 and 1. */
const CERTAIN = 3e38;

/**
 * Returns Bern(p), elementwise. With p given by its log odds, p stays within [0, 1], and log p does not
 * overflow.
 *
 * Draws are float32 and carry no gradient. `logProb` also accepts x between 0 and 1, such as grey levels of
 * an image, and then returns x log p + (1 − x) log(1 − p); it is −∞ for x outside [0, 1].
 *
 * @param parameter l, [...B]; or `{ probs }`: p in [0, 1] (not checked), [...B].
 * @throws if the parameter is neither a number nor a tensor of numbers.
 */
export function bernoulli(parameter: Parameter | { readonly probs: Parameter }): Bernoulli {
  const logits = toLogits(parameter);
  const batchShape = logits.shape;
  const p = (): tf.Tensor => logits.sigmoid();
  const notP = (): tf.Tensor => logits.neg().sigmoid(); // 1 − p, to full relative precision
  return {
    kind: "bernoulli",
    ...inspectable,
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
        const outcome = checkEvent("bernoulli.logProb", x, batchShape, []);
        const shape = broadcastShapes("bernoulli.logProb", outcome.shape, batchShape);
        const value = logDensity(broadcastTo(outcome, shape), broadcastTo(logits, shape));
        return value.add(detached(logInUnitInterval, outcome));
      }),
    mean: p,
    variance: () => tf.tidy(() => p().mul(notP())),
    entropy: () =>
      tf.tidy(() => {
        const surprise1 = softplus(logits.neg()); // −log p
        const surprise0 = softplus(logits); //       −log(1 − p)
        return p().mul(surprise1).add(notP().mul(surprise0));
      }),
    mode: () => tf.tidy(() => logits.greater(0).cast("float32")),
  };
}

function toLogits(parameter: Parameter | { readonly probs: Parameter }): tf.Tensor {
  if (typeof parameter === "number" || parameter instanceof tf.Tensor || !("probs" in parameter))
    return toParameter("bernoulli", "logits", parameter);
  return tf.tidy(() => {
    const p = toParameter("bernoulli", "probs", parameter.probs);
    return p.log().sub(p.neg().log1p()).clipByValue(-CERTAIN, CERTAIN); // log p − log(1 − p)
  });
}

/**
 * x·l − softplus(l) = x·l − max(l, 0) − log(1 + e^−|l|), of which the first two cancel exactly for x = 1. Its
 * gradient is that of the first form, x − σ(l), since those of max and |l| are not defined at l = 0.
 */
function logDensity(x: tf.Tensor, l: tf.Tensor): tf.Tensor {
  return tf.customGrad((first, second, save) => {
    const [outcome, logits] = [first as tf.Tensor, second as tf.Tensor];
    (save as tf.GradSaveFunc)([outcome, logits]);
    return {
      value: outcome.mul(logits).sub(logits.maximum(0)).sub(logits.abs().neg().exp().log1p()),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [outcomes, odds] = saved as [tf.Tensor, tf.Tensor];
        return [dy.mul(odds), dy.mul(outcomes.sub(odds.sigmoid()))];
      },
    };
  })(x, l);
}

/** 0 where x is in [0, 1], −∞ elsewhere. */
function logInUnitInterval(x: tf.Tensor): tf.Tensor {
  return x.greaterEqual(0).logicalAnd(x.lessEqual(1)).cast("float32").log();
}

tree.register<Bernoulli, Pick<Bernoulli, "logits">>("bernoulli", {
  parts: ({ logits }) => ({ logits }),
  rebuild: ({ logits }) => bernoulli(logits),
});
