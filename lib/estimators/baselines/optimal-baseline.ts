import * as tf from "@tensorflow/tfjs";
import { stopGradient, valueAndGrad } from "../../core/tensor/grad";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Distribution } from "../../distributions/base/distribution";
import { sumOfOthers } from "./baseline";

/** A separate baseline b_p for each parameter. */
export interface ParameterBaseline {
  /**
   * The baselines of one leaf of the parameters: the estimates without a baseline, g = f ∇_p log q, and the
   * scores, s = ∇_p log q, both [draws, ...leaf] → b [draws, ...leaf]. The b of a draw must not depend on
   * that draw.
   */
  readonly perParameter: (estimate: tf.Tensor, score: tf.Tensor) => tf.Tensor;
}

/**
 * The constant baseline of minimal variance, separately for each parameter (Greensmith et al. 2004).
 *
 * *approximates* b*_p = E[f s_p²] / E[s_p²], s_p = ∂ log q/∂θ_p, which minimizes the variance of (f − b) s_p
 * *with* means over the other draws of the same estimate, so that the estimate stays unbiased. With 2 draws
 *   it equals `leaveOneOut`. With M draws, estimating b* adds variance of order 1/M: for few draws the
 *   variance can exceed that of `leaveOneOut`
 * *requires* at least 2 draws per estimate, and a q that keeps a leading axis of its parameters as a batch
 *   axis, as for `gradientSamples`.
 *
 * @throws from `surrogate`, if there is only one draw, or if q does not keep the axis.
 */
export const optimalBaseline: ParameterBaseline = {
  perParameter: (estimate, score) => {
    const draws = score.shape[0];
    if (draws < 2) throw new Error(`optimalBaseline: draws must be at least 2 per estimate, got ${draws}`);
    // Σ f s² / Σ s², over the other draws
    return tf.tidy(() => sumOfOthers(estimate.mul(score)).divNoNan(sumOfOthers(score.square())));
  },
};

/**
 * Returns zeros [draws, ...B] whose gradients with respect to θ_p are b_{m,p} ∂ log q(z_m)/∂θ_p, the term
 * that a baseline per parameter subtracts.
 *
 * θ is copied once per draw, so that one backward pass computes all scores.
 *
 * @param options.z draws, [draws, ...B, ...E], held fixed.
 * @param options.cost their costs, [draws, ...B], held fixed.
 * @throws if q does not keep the axis of the copies as a batch axis.
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
        "scoreFunction: with a baseline per parameter, q must keep a leading axis of its parameters " +
          `as a batch axis: for ${draws} copies its batch must be ${showShape(cost.shape)}, ` +
          `got ${showShape(distribution.batchShape)}; use leaveOneOut instead`,
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

/** Returns x, and multiplies its gradient by a factor of the same shape; the factor receives no gradient. */
function scaleGradient(x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([factor]);
    return {
      value: (input as tf.Tensor).clone(),
      gradFunc: (dy, [kept]) => dy.mul(kept as tf.Tensor),
    };
  })(x);
}
