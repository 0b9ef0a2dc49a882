import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";

/** What the outputs [..., K] of a network for values mean. */
export interface ValueHead {
  /** K, the number of outputs. */
  readonly outputs: number;
  /** Returns the values, [...]. */
  value(outputs: tf.Tensor): tf.Tensor;
  /** Returns the loss of each value for a target without a gradient, both [...]. */
  loss(outputs: tf.Tensor, target: tf.Tensor): tf.Tensor;
}

/** Returns the head whose output is the value, with the loss (v − target)² / 2. */
export function plainValue(): ValueHead {
  return {
    outputs: 1,
    value: (outputs) => outputs.squeeze([-1]),
    loss: (outputs, target) => tf.tidy(() => outputs.squeeze<tf.Tensor>([-1]).sub(target).square().mul(0.5)),
  };
}

/** Returns symlog x = sign(x) log(1 + |x|), elementwise. */
export function symlog(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => x.sign().mul(x.abs().log1p()));
}

/** Returns symexp x = sign(x) (e^|x| − 1), the inverse of symlog, elementwise. */
export function symexp(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => x.sign().mul(x.abs().expm1()));
}

/** Options of {@link twoHotValue}. */
export interface TwoHotOptions {
  /** K, the number of bins, 41 by default. */
  readonly bins?: number;
  /** The symlog of the greatest value, 20 by default; the least is its negative. */
  readonly limit?: number;
}

/**
 * Returns the head whose outputs are the logits of a distribution over K values b_k, equally spaced in
 * symlog; the value is its mean, and the loss the cross-entropy with the two-hot encoding of the target
 * (Hafner et al. 2025, "DreamerV3", "Critic learning"). The size of its gradient does not depend
 * on that of the rewards.
 *
 * @throws if K is not an integer of at least 2, or the limit is not positive.
 */
export function twoHotValue({ bins = 41, limit = 20 }: TwoHotOptions = {}): ValueHead {
  checkCount("twoHotValue", "bins", bins, 2);
  checkAbove("twoHotValue", "limit", limit);
  const centres = (): tf.Tensor1D => symexp(tf.linspace(-limit, limit, bins)) as tf.Tensor1D; // b_k   [K]
  return {
    outputs: bins,
    value: (outputs) => tf.tidy(() => outputs.softmax(-1).mul(centres()).sum(-1)),
    loss: (outputs, target) =>
      tf.tidy(() => outputs.logSoftmax(-1).mul(twoHot(target, centres())).sum(-1).neg()),
  };
}

/**
 * Returns weights of increasing values b_k whose sum is 1 and whose mean is x: two neighbours of x have all
 * of it. Beyond the ends it is the last one.
 *
 * @param x [...].
 * @param centres b_k, [K].
 * @returns [..., K].
 */
export function twoHot(x: tf.Tensor, centres: tf.Tensor1D): tf.Tensor {
  return tf.tidy(() => {
    const count = centres.shape[0];
    const below = centres.slice([0], [count - 1]);
    const gaps = centres.slice([1], [count - 1]).sub(below);
    // The share of each gap that is below x: 1 … 1, a fraction, 0 … 0
    const share = x.expandDims(-1).sub(below).div(gaps).clipByValue(0, 1); //          [..., K − 1]
    const edge = tf.zerosLike(share.slice(new Array<number>(x.rank + 1).fill(0), [...x.shape, 1]));
    // w_k = share_{k−1} − share_k
    return tf.concat([edge.add(1), share], -1).sub(tf.concat([share, edge], -1));
  });
}
