import * as tf from "@tensorflow/tfjs";
import { choleskyOf, type Matrix } from "../../../core/numeric/symmetric-matrix";
import * as tree from "../../../core/tensor/tree";
import { solve } from "./least-squares";
import type { Gate } from "./model";

/** The data of a gate's M-step. */
export interface GateData {
  /** φ(x), [N, F]. */
  readonly features: tf.Tensor;
  /** r, [N, K]. */
  readonly labels: tf.Tensor;
  /** N_k, the column sums of r. */
  readonly counts: readonly number[];
  /** ΦᵀΦ + diag c, with the damping c. */
  readonly moments: Matrix;
}

/**
 * Returns a gate with a larger Σ_n Σ_k r_nk log p(z_n = k|x_n): the maximum for a constant gate, some steps
 * towards it for a softmax gate.
 *
 * @returns undefined if the moments are not positive definite.
 */
export function gateStep(gate: Gate, data: GateData, steps: number): Gate | undefined {
  if (gate.kind === "softmax") return softmaxStep(gate.weights, data, steps);
  const all = data.counts.reduce((sum, count) => sum + count, 0);
  const logits = data.counts.map((count) => Math.log(count / all));
  return { kind: "constant", logits: tf.tensor1d(logits) };
}

/**
 * V ← V + 2 (ΦᵀΦ)⁻¹ Φᵀ (r − p). The negative Hessian is bounded by ½ ΦᵀΦ, so the step maximizes a quadratic
 * lower bound of the objective and never decreases it (Böhning 1992).
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
    const twice = tf.tensor2d(columns).mul(2); //                                    2 (ΦᵀΦ)⁻¹       [F, F]
    let weights = start.clone();
    for (let i = 0; i < steps; i++) {
      const p = tf.matMul(features, weights).softmax(); //                             p(z|x)          [N, K]
      const slope = tf.matMul(features, labels.sub(p), true); //                       Φᵀ (r − p)      [F, K]
      weights = weights.add(tf.matMul(twice, slope));
    }
    return { kind: "softmax", weights };
  });
}
