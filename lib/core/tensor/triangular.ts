import * as tf from "@tensorflow/tfjs";
import { showShape } from "./shape";
import { unstack } from "./unstack";

/**
 * The lower triangle L of A = L Lᵀ with a positive diagonal, for each symmetric positive definite matrix of a batch.
 *
 * A loop over the columns, out of operations with gradients: for matrices of up to some tens of rows. Only the lower triangle of A
 * is read. Where A is not positive definite, L holds NaN, in this row and below: the value cannot be checked here.
 *
 * @param a A, [..., D, D].
 * @returns L, [..., D, D], zero above the diagonal.
 * @throws when the last two axes are not one size.
 */
export function cholesky(a: tf.Tensor): tf.Tensor {
  const size = squareSize("cholesky", "a", a);
  return tf.tidy(() => {
    let rest: tf.Tensor = a.reshape([-1, size, size]); // what the columns so far leave of A, without their rows
    const columns: tf.Tensor[] = [];
    for (let j = 0; j < size; j++) {
      const left = size - j;
      const first = rest.slice([0, 0, 0], [-1, left, 1]); //                                     [N, D−j, 1]
      const column = first.div(first.slice([0, 0, 0], [-1, 1, 1]).sqrt()); // L_ij = A'_ij / √A'_jj
      columns.push(column.pad([[0, 0], [j, 0], [0, 0]])); // prettier-ignore
      if (left === 1) break;
      const below = column.slice([0, 1, 0], [-1, left - 1, 1]);
      rest = rest.slice([0, 1, 1], [-1, left - 1, left - 1]).sub(below.mul(below.reshape([-1, 1, left - 1]))); // A' − l lᵀ
    }
    return tf.concat(columns, -1).reshape(a.shape);
  });
}

/**
 * The solution y of L y = b by forward substitution, for lower triangles L: y_i = (b_i − Σ_{k<i} L_ik y_k) / L_ii.
 *
 * Differentiable by both. What stands above the diagonal is not read.
 *
 * @param lower L, [..., D, D].
 * @param b [..., D]; the axes before broadcast against those of L.
 * @returns y, [..., D].
 * @throws when L is not square, or b has another length.
 */
export function solveLower(lower: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const size = squareSize("solveLower", "lower", lower);
  if (b.shape.at(-1) !== size)
    throw new Error(`solveLower: b must be [..., D=${size}], got ${showShape(b.shape)}`);
  return tf.tidy(() => {
    return tf.stack(forwardSubstitution(entriesOf(lower), unstack(b, -1)), -1);
  });
}

/** L_ik at [i][k], [..., D, D] to D times D tensors [...]. */
export const entriesOf = (a: tf.Tensor): tf.Tensor[][] => unstack(a, -2).map((row) => unstack(row, -1));

/** `solveLower` for the entries of b one by one, which broadcast against the entries of L. */
export function forwardSubstitution(
  lower: readonly (readonly tf.Tensor[])[],
  b: readonly tf.Tensor[],
): tf.Tensor[] {
  const y: tf.Tensor[] = [];
  b.forEach((b_i, i) => {
    const row = lower[i] ?? [];
    const rest = y.reduce((sum, y_k, k) => sum.sub((row[k] as tf.Tensor).mul(y_k)), b_i);
    y.push(rest.div(row[i] as tf.Tensor)); // y_i = (b_i − Σ_{k<i} L_ik y_k) / L_ii
  });
  return y;
}

/** The diagonal of square matrices, [..., D, D] to [..., D]. */
export const diagonal = (a: tf.Tensor): tf.Tensor =>
  tf.tidy(() => a.mul(tf.eye(squareSize("diagonal", "a", a))).sum(-1));

/** Square matrices with zeros above the diagonal, [..., D, D]. */
export function lowerTriangle(a: tf.Tensor): tf.Tensor {
  const size = squareSize("lowerTriangle", "a", a);
  return tf.tidy(() => {
    const mask = Array.from({ length: size * size }, (_, i) => (i % size <= Math.floor(i / size) ? 1 : 0));
    return a.mul(tf.tensor2d(mask, [size, size]));
  });
}

/** D of [..., D, D]. */
export function squareSize(caller: string, name: string, a: tf.Tensor): number {
  const [rows, columns] = a.shape.slice(-2);
  if (rows === undefined || rows !== columns || rows === 0)
    throw new Error(`${caller}: ${name} must be [..., D, D], got ${showShape(a.shape)}`);
  return rows;
}
