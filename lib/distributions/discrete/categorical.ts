import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";
import { gumbel } from "../../core/random/noise";
import { showShape } from "../../core/tensor/shape";
import { checkEvent } from "../base/check-event";
import type { Distribution } from "../base/distribution";
import { oneHot } from "../../core/tensor/one-hot";

/** A batch of draws of one category out of K. */
export interface Categorical extends Distribution {
  readonly kind: "categorical";
  /** Logarithms of the probabilities, up to a constant, [...B, K]. */
  readonly logits: tf.Tensor;
  /** The probabilities of the K categories, [...B, K]. */
  probs(): tf.Tensor;
}

/**
 * Cat(x; softmax(l)) on the categories 0 … K − 1.
 *
 * Outcomes are int32, and their mean and variance are those of the category's number. Draws carry no gradient. What is no category has
 * the log-probability −∞: a number below 0 or above K − 1, and one between two whole ones.
 *
 * @param logits l, finite (not checked), [...B, K].
 * @throws when the logits have no axis of categories, or an empty one.
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
        return detached((l) => noise.add(l).argMax(-1), logits); // argmax over k of l_k + g_k is k with probability p_k
      }),
    logProb: (x) =>
      tf.tidy(() => {
        checkEvent("categorical.logProb", x, batchShape, []);
        const chosen = detached((value) => oneHot(value, categories), x);
        const outside = detached((value) => logWhether(value, categories), x); // 0, or −∞ where x is no category
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

/** 0 where a number is one of the categories 0 … K − 1, −∞ where not, NaN among them. */
function logWhether(x: tf.Tensor, categories: number): tf.Tensor {
  const whole = x.cast("float32").equal(x.cast("int32").cast("float32"));
  return whole.logicalAnd(x.greaterEqual(0)).logicalAnd(x.less(categories)).cast("float32").log();
}
