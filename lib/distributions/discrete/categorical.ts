import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { detached } from "../../core/tensor/grad";
import { gumbel } from "../../core/random/noise";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, With } from "../base/distribution";
import { oneHot } from "../../core/tensor/one-hot";
import { toParameter } from "../base/parameter";

/** A batch of distributions over K categories. */
export interface Categorical extends With<Distribution, "entropy" | "mode"> {
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
 * @param parameter l, [...B, K], where −∞ is a category of probability 0 (a masked action); or `{ probs }`:
 *   p, at least 0 and not necessarily normalized (not checked), [...B, K]. A row without a possible category
 *   gives NaN.
 * @throws if there is no axis of categories, or K = 0.
 */
export function categorical(parameter: tf.Tensor | { readonly probs: tf.Tensor }): Categorical {
  const logits = toLogits("categorical", parameter);
  const batchShape = logits.shape.slice(0, -1);
  const categories = logits.shape.at(-1) ?? 0;
  const p = (): tf.Tensor => logits.softmax();
  const numbers = (): tf.Tensor => tf.range(0, categories, 1, "float32");
  return {
    kind: "categorical",
    ...inspectable,
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
        const outcome = checkEvent("categorical.logProb", x, batchShape, []);
        const chosen = detached((value) => oneHot(value, categories), outcome);
        // 0, or −∞ outside the support
        const outside = detached((value) => logInSupport(value, categories), outcome);
        return sumWhere(chosen, logits.logSoftmax()).add(outside);
      }),
    mean: () => tf.tidy(() => p().mul(numbers()).sum(-1)),
    variance: () =>
      tf.tidy(() => {
        const mean = p().mul(numbers()).sum(-1, true);
        return p().mul(numbers().sub(mean).square()).sum(-1);
      }),
    entropy: () => tf.tidy(() => sumWhere(p(), logits.logSoftmax()).neg()), // −Σ p_k log p_k
    mode: () => logits.argMax(-1),
  };
}

/** Returns the logits of a distribution over categories, from logits or probabilities [..., K]. */
export function toLogits(caller: string, parameter: tf.Tensor | { readonly probs: tf.Tensor }): tf.Tensor {
  const isLogits = parameter instanceof tf.Tensor || !("probs" in parameter);
  const name = isLogits ? "logits" : "probs";
  const x = toParameter(caller, name, isLogits ? parameter : parameter.probs);
  if ((x.shape.at(-1) ?? 0) === 0)
    throw new Error(`${caller}: ${name} must be [..., K] with K >= 1, got ${showShape(x.shape)}`);
  return isLogits ? x : x.log();
}

/** Σ_k w_k x_k over the last axis, where a weight of 0 times an infinite x is 0. */
export function sumWhere(weights: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const possible = detached((w) => w.greater(0).cast("float32"), weights);
  return tf.where(possible.greater(0), x, 0).mul(weights).sum(-1);
}

/** 0 where x is one of the categories 0 … K − 1, −∞ elsewhere, NaN included. */
function logInSupport(x: tf.Tensor, categories: number): tf.Tensor {
  const whole = x.equal(x.cast("int32").cast("float32"));
  return whole.logicalAnd(x.greaterEqual(0)).logicalAnd(x.less(categories)).cast("float32").log();
}

tree.register<Categorical, Pick<Categorical, "logits">>("categorical", {
  parts: ({ logits }) => ({ logits }),
  rebuild: ({ logits }) => categorical(logits),
});
