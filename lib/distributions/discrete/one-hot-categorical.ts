import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { detached } from "../../core/tensor/grad";
import { oneHot } from "../../core/tensor/one-hot";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, With } from "../base/distribution";
import { categorical, sumWhere, toLogits, type Categorical } from "./categorical";

/** A batch of distributions over K categories, whose outcomes are one-hot vectors. */
export interface OneHotCategorical extends With<Distribution, "entropy" | "mode"> {
  readonly kind: "oneHotCategorical";
  /** Unnormalized log-probabilities, [...B, K]. */
  readonly logits: tf.Tensor;
  /** Whether draws have the gradient of the probabilities. */
  readonly straightThrough: boolean;
  /** p = softmax(l), [...B, K]. */
  probs(): tf.Tensor;
  /** The same distribution over the numbers of the categories. */
  categories(): Categorical;
}

/**
 * Returns Cat(softmax(l)) over one-hot vectors [K], float32.
 *
 * With `straightThrough`, a draw z has the gradient of the probabilities, z + p − stopGradient(p): a biased
 * estimate of low variance (Bengio et al. 2013; the discrete states of DreamerV2, Hafner et al. 2021,
 * algorithm 1). Without it, draws carry no gradient.
 *
 * @param parameter l, [...B, K], where −∞ is a category of probability 0; or `{ probs }`.
 * @param options `straightThrough`, false by default.
 * @throws if there is no axis of categories, or K = 0.
 */
export function oneHotCategorical(
  parameter: tf.Tensor | { readonly probs: tf.Tensor },
  { straightThrough = false }: { readonly straightThrough?: boolean } = {},
): OneHotCategorical {
  const logits = toLogits("oneHotCategorical", parameter);
  const batchShape = logits.shape.slice(0, -1);
  const count = logits.shape.at(-1) ?? 0;
  const p = (): tf.Tensor => logits.softmax();
  return {
    kind: "oneHotCategorical",
    ...inspectable,
    batchShape,
    eventShape: [count],
    logits,
    straightThrough,
    probs: p,
    categories: () => categorical(logits),
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const z = oneHot(categorical(logits).sample(key, sampleShape), count);
        if (!straightThrough) return z;
        const soft = p();
        return z.add(soft.sub(detached((x) => x.clone(), soft)));
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const point = checkEvent("oneHotCategorical.logProb", x, batchShape, [count]);
        return sumWhere(point, logits.logSoftmax()).add(detached(logIsOneHot, point));
      }),
    mean: p,
    variance: () => tf.tidy(() => p().mul(tf.sub(1, p()))),
    entropy: () => tf.tidy(() => sumWhere(p(), logits.logSoftmax()).neg()), // −Σ p_k log p_k
    mode: () => tf.tidy(() => oneHot(logits.argMax(-1), count)),
  };
}

/** 0 where x [..., K] has a single one and zeros, up to the rounding of z + p − p; −∞ elsewhere. */
function logIsOneHot(x: tf.Tensor): tf.Tensor {
  const isOne = x.greater(0.5).cast("float32");
  const isExact = x.sub(isOne).abs().max(-1).less(1e-6);
  return isExact.logicalAnd(isOne.sum(-1).equal(1)).cast("float32").log();
}

tree.register<OneHotCategorical, Pick<OneHotCategorical, "logits" | "straightThrough">>("oneHotCategorical", {
  parts: ({ logits, straightThrough }) => ({ logits, straightThrough }),
  rebuild: ({ logits, straightThrough }) => oneHotCategorical(logits, { straightThrough }),
});
