import * as tf from "@tensorflow/tfjs";
import { stopGradient, valueAndGrad } from "../../core/tensor/grad";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Distribution } from "../../distributions/base/distribution";
import { sumOfOthers } from "./baseline";

/** A baseline of its own for each parameter, b_p. */
export interface ParameterBaseline {
  /**
   * For a leaf of the parameters: the estimates without a baseline g = f ∇_p log q, and the scores s = ∇_p log q, of each draw,
   * both [draws, ...leaf] → b [draws, ...leaf]. That of a draw must not depend on this draw.
   */
  readonly perParameter: (estimate: tf.Tensor, score: tf.Tensor) => tf.Tensor;
}

/**
 * The constant baseline with the least variance, for each parameter one (Greensmith et al. 2004).
 *
 * *approximates* b*_p = E[f s_p²] / E[s_p²], s_p = ∂ log q/∂θ_p, where the variance of (f − b) s_p is least
 * *with* the means over the other draws of the same estimate, so that the estimate stays unbiased. With 2 draws this is
 *   `leaveOneOut`. With M draws the variance is above the least one by terms of 1/M, as b* is itself estimated: of few draws, it
 *   can be above that of `leaveOneOut`
 * *requires* 2 draws an estimate, and a q that carries a leading axis of its parameters along, as `gradientSamples` does.
 *
 * @throws from `surrogate`, when there is a single draw, or q does not carry the axis along.
 */
export const optimalBaseline: ParameterBaseline = {
  perParameter: (estimate, score) => {
    const draws = score.shape[0];
    if (draws < 2) throw new Error(`optimalBaseline: needs at least 2 draws for one estimate, got ${draws}`);
    return tf.tidy(() => sumOfOthers(estimate.mul(score)).divNoNan(sumOfOthers(score.square()))); // Σ f s² / Σ s²
  },
};

/**
 * Zeros [draws, ...B] whose gradients by θ_p are b_{m,p} ∂ log q(z_m)/∂θ_p: what a baseline for each parameter takes off.
 *
 * θ is copied once for each draw, so that one backward pass gives the score of each.
 *
 * @param z draws [draws, ...B, ...E] and their costs [draws, ...B], both held fixed.
 */
export function parameterBaselineTerm<P>(
  { perParameter }: ParameterBaseline,
  q: (params: P) => Distribution,
  params: P,
  { z, cost }: { readonly z: tf.Tensor; readonly cost: tf.Tensor },
): tf.Tensor {
  const draws = cost.shape[0];
  const copy = (leaf: tf.Tensor): tf.Tensor => leaf.expandDims(0).tile([draws, ...leaf.shape.map(() => 1)]);
  const logQ = (copies: P): tf.Tensor => {
    const distribution = q(copies); // a batch [draws, ...B]
    if (showShape(distribution.batchShape) !== showShape(cost.shape))
      throw new Error(
        `scoreFunction: a baseline for each parameter needs q to carry a leading axis of its parameters along: ` +
          `for ${draws} copies of them its batch must be ${showShape(cost.shape)}, ` +
          `got ${showShape(distribution.batchShape)}; use leaveOneOut`,
      );
    return distribution.logProb(z);
  };
  const fixed = tree.map((leaf) => copy(stopGradient(leaf)), params);
  const scores = valueAndGrad((theta: P) => logQ(theta).sum())(fixed).grads; //              s_m
  const estimates = valueAndGrad((theta: P) => logQ(theta).mul(cost).sum())(fixed).grads; // f_m s_m
  const baselines = tree.map(perParameter, estimates, scores);
  const scaled = tree.map((leaf, b) => scaleGradient(copy(leaf), b), params, baselines);
  const term = logQ(scaled);
  return term.sub(stopGradient(term));
}

/** x itself, whose gradient is taken times a factor of the same shape; no gradient flows into the factor. */
const scaleGradient = (x: tf.Tensor, factor: tf.Tensor): tf.Tensor =>
  tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([factor]);
    return {
      value: (input as tf.Tensor).clone(),
      gradFunc: (dy, [kept]) => dy.mul(kept as tf.Tensor),
    };
  })(x);
