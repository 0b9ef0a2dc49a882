import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";
import { gumbel } from "../../core/random/noise";
import { showShape } from "../../core/tensor/shape";
import { checkEvent } from "../base/check-event";
import type { Distribution } from "../base/distribution";
import { oneHot } from "../../core/tensor/one-hot";

/** A batch of distributions over K categories. */
export interface Categorical extends Distribution {
  readonly kind: "categorical";
  /** Unnormalized log-probabilities, [...B, K]. */
  readonly logits: tf.Tensor;
  /** p = softmax(l), [...B, K]. */
  probs(): tf.Tensor;
}

/**
 * Returns Cat(softmax(l)) over the categories 0 … K − 1.
 *
 * Draws are int32 and carry no gradient. The mean and the variance are those of the category's number.
 * `logProb` is −∞ for a value that is not an integer in [0, K − 1].
 *
 * @param logits l, finite (not checked), [...B, K].
 * @throws if the logits have no axis of categories, or K = 0.
 */
export function categorical(logits: tf.Tensor): Categorical {
  const batchShape = logits.shape.slice(0, -1);
  const categories = logits.shape.at(-1) ?? 0;
  if (categories === 0)
    throw new Error(`categorical: logits must be [..., K] with K >= 1, got ${showShape(logits.shape)}`);
  const p = (): tf.Tensor => logits.softmax();
  const numbers = (): tf.Tensor => tf.range(0, categories, 1, "float32");
  return {
    kind: "categorical",
    batchShape,
    eventShape: [],
    logits,
    probs: p,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const noise = gumbel(key, [...sampleShape, ...logits.shape]);
        // Gumbel-max: argmax over k of l_k + g_k is k with probability p_k
        return detached((l) => noise.add(l).argMax(-1), logits);
      }),
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("categorical.logProb", x, batchShape, []);
        const chosen = detached((value) => oneHot(value, categories), x);
        // 0, or −∞ outside the support
        const outside = detached((value) => logInSupport(value, categories), x);
        return logits.logSoftmax().mul(chosen).sum(-1).add(outside);
      }),
    mean: () => tf.tidy(() => p().mul(numbers()).sum(-1)),
    variance: () =>
      tf.tidy(() => {
        const mean = p().mul(numbers()).sum(-1, true);
        return p().mul(numbers().sub(mean).square()).sum(-1);
      }),
    entropy: () => tf.tidy(() => p().mul(logits.logSoftmax()).sum(-1).neg()), // −Σ p_k log p_k
  };
}

/** 0 where x is one of the categories 0 … K − 1, −∞ elsewhere, NaN included. */
function logInSupport(x: tf.Tensor, categories: number): tf.Tensor {
  const whole = x.cast("float32").equal(x.cast("int32").cast("float32"));
  return whole.logicalAnd(x.greaterEqual(0)).logicalAnd(x.less(categories)).cast("float32").log();
}
