import * as tf from "@tensorflow/tfjs";
import { solveLower } from "../../core/tensor/triangular";
import {
  multivariateNormal,
  type MultivariateNormal,
} from "../../distributions/continuous/multivariate-normal";

/**
 * Returns p(z|x) = N(S Wᵀ x / σ², S) with S = (Wᵀ W / σ² + I / τ²)⁻¹, where p(z) = N(0, τ² I) and p(x|z) =
 * N(W z, σ² I) (Bishop 2006, "Pattern Recognition and Machine Learning", equations 2.116 and 2.117). Neither
 * S⁻¹ nor WᵀW is formed: with A = [W / σ; I / τ] = Q R and R lower triangular, S = R⁻¹ R⁻ᵀ and R m = Qᵀ [x /
 * σ; 0]. For nearly collinear columns of W, this loses half as many digits as WᵀW (Björck 1996, "Numerical
 * Methods for Least Squares Problems", section 2.4).
 *
 * @param design W, [D, Z].
 * @param x [...B, D].
 * @param noise σ, [].
 * @param prior τ, [].
 * @returns a batch [...B] of distributions over vectors [Z], which owns its tensors.
 */
export function linearPosterior(
  design: tf.Tensor,
  x: tf.Tensor,
  noise: tf.Tensor,
  prior: tf.Tensor,
): MultivariateNormal {
  const [rows, size] = design.shape as [number, number];
  const stacked = tf.concat([design.div(noise), tf.eye(size).div(prior)]); //       A                [D+Z, Z]
  const scaled = x.div(noise).reshape<tf.Tensor2D>([-1, rows]);
  const given = tf.concat([scaled, tf.zeros([scaled.shape[0], size])], 1); //       [x / σ; 0]       [B, D+Z]
  const { triangle, projected } = orthogonalize(stacked, given);
  const mean = solveLower(triangle, projected); //                                  R m = Qᵀ [x / σ; 0]
  const factor = solveLower(triangle, tf.eye(size)).transpose(); //                 R⁻¹
  return multivariateNormal(mean.reshape([...x.shape.slice(0, -1), size]), factor);
}

/**
 * Returns R of A = Q R, and Qᵀ b, by modified Gram-Schmidt from the last column to the first, so that R is
 * lower triangular.
 *
 * @param a A, [N, Z], of full rank.
 * @param b [B, N].
 * @returns R [Z, Z], with a positive diagonal, and Qᵀ b [B, Z].
 */
function orthogonalize(a: tf.Tensor, b: tf.Tensor): { triangle: tf.Tensor; projected: tf.Tensor } {
  const size = a.shape[1] ?? 0;
  const [rows, shares]: [tf.Tensor[], tf.Tensor[]] = [[], []];
  let [columns, rest] = [a, b];
  for (let j = size - 1; j >= 0; j--) {
    const column = columns.slice([0, j], [-1, 1]);
    const q = column.div(column.square().sum().sqrt()); //                      q_j              [N, 1]
    const row = tf.matMul(q, columns, true); //                                 q_jᵀ a_i, i ≤ j  [1, j+1]
    const share = tf.matMul(rest, q); //                                        q_jᵀ b           [B, 1]
    rows.unshift(row.pad([[0, 0], [0, size - 1 - j]])); // prettier-ignore
    shares.unshift(share);
    rest = rest.sub(tf.matMul(share, q, false, true));
    if (j > 0) columns = columns.sub(tf.matMul(q, row)).slice([0, 0], [-1, j]);
  }
  return { triangle: tf.concat(rows), projected: tf.concat(shares, 1) };
}
