import * as tf from "@tensorflow/tfjs";
import { choleskyOf, type Matrix } from "../../../core/numeric/symmetric-matrix";
import * as tree from "../../../core/tensor/tree";
import { solve } from "./least-squares";
import type { Gate } from "./model";

/** What the M-step of a gate looks at. */
export interface GateData {
  /** φ(x), [N, F]. */
  readonly features: tf.Tensor;
  /** r, [N, K]. */
  readonly labels: tf.Tensor;
  /** The sums of the columns of r. */
  readonly counts: readonly number[];
  /** ΦᵀΦ with what a step costs on its diagonal. */
  readonly moments: Matrix;
}

/**
 * A gate under which the labels are likelier, Σ_n Σ_k r_nk log p(z_n = k|x_n): the likeliest of the constant ones, or some steps towards that
 * of the softmax ones.
 *
 * @returns undefined where the moments are not positive definite.
 */
export function gateStep(gate: Gate, data: GateData, steps: number): Gate | undefined {
  if (gate.kind === "softmax") return softmaxStep(gate.weights, data, steps);
  const all = data.counts.reduce((sum, count) => sum + count, 0);
  const logits = data.counts.map((count) => Math.log(Math.max(count / all, 1e-30)));
  return { kind: "constant", logits: tf.tensor1d(logits) };
}

/**
 * V ← V + 2 (ΦᵀΦ)⁻¹ Φᵀ (r − p). Minus the second derivative is below ½ ΦᵀΦ in all directions, so that this step reaches the top of a parabola
 * under the objective, and never goes down (Böhning 1992).
 */
function softmaxStep(
  start: tf.Tensor,
  { features, labels, moments }: GateData,
  steps: number,
): Gate | undefined {
  const lower = choleskyOf(moments);
  if (lower === undefined) return undefined;
  const columns = moments.map((_, i) =>
    solve(
      lower,
      moments.map((__, j) => (i === j ? 1 : 0)),
    ),
  );
  return tree.tidy(() => {
    const twice = tf.tensor2d(columns).mul(2); //                                        2 (ΦᵀΦ)⁻¹       [F, F]
    let weights = start.clone();
    for (let i = 0; i < steps; i++) {
      const p = tf.matMul(features, weights).softmax(); //                               p(z|x)          [N, K]
      const slope = tf.matMul(features, labels.sub(p), true); //                         Φᵀ (r − p)      [F, K]
      weights = weights.add(tf.matMul(twice, slope));
    }
    return { kind: "softmax", weights };
  });
}
