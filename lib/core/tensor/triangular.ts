import * as tf from "@tensorflow/tfjs";
import { detached } from "./grad";
import { oneHot } from "./one-hot";
import { showShape } from "./shape";
import { toFloat } from "./to-float";
import { unstack } from "./unstack";

/**
 * Returns the Cholesky factor of symmetric positive definite matrices: the lower triangle L with A = L Lᵀ and
 * a positive diagonal.
 *
 * Differentiable. It loops over the columns, so it suits matrices of up to a few dozen rows. Only the lower
 * triangle of A is read. If A is not positive definite, L holds NaN from the first row on for which it is
 * not.
 *
 * @param a A, [..., D, D].
 * @returns L, [..., D, D], zero above the diagonal.
 * @throws if the last two axes have different sizes.
 */
export function cholesky(a: tf.Tensor): tf.Tensor {
  const size = squareSize("cholesky", "a", a);
  return tf.tidy(() => {
    // A′, the Schur complement of the columns so far
    let rest: tf.Tensor = toFloat(a).reshape([-1, size, size]);
    const columns: tf.Tensor[] = [];
    for (let j = 0; j < size; j++) {
      const left = size - j;
      const first = rest.slice([0, 0, 0], [-1, left, 1]); //                   [N, D−j, 1]
      const column = first.div(first.slice([0, 0, 0], [-1, 1, 1]).sqrt()); //  L_ij = A′_ij / √A′_jj
      columns.push(column.pad([[0, 0], [j, 0], [0, 0]])); // prettier-ignore
      if (left === 1) break;
      const below = column.slice([0, 1, 0], [-1, left - 1, 1]);
      const outer = below.mul(below.reshape([-1, 1, left - 1])); //            l lᵀ
      rest = rest.slice([0, 1, 1], [-1, left - 1, left - 1]).sub(outer);
    }
    return tf.concat(columns, -1).reshape(a.shape);
  });
}

/**
 * Solves L y = b for lower triangular L by forward substitution: y_i = (b_i − Σ_{k<i} L_ik y_k) / L_ii.
 *
 * Differentiable with respect to both. The entries of L above the diagonal are not read.
 *
 * @param lower L, [..., D, D].
 * @param b [..., D]; its leading axes broadcast against those of L.
 * @returns y, [..., D].
 * @throws if L is not square, or the last axis of b is not D.
 */
export function solveLower(lower: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const size = squareSize("solveLower", "lower", lower);
  if (b.shape.at(-1) !== size)
    throw new Error(`solveLower: b must be [..., D=${size}], got ${showShape(b.shape)}`);
  return tf.tidy(() => {
    return tf.stack(forwardSubstitution(entriesOf(toFloat(lower)), unstack(toFloat(b), -1)), -1);
  });
}

/** Returns the entries of matrices: [..., D, D] to D rows of D tensors [...]. */
export function entriesOf(a: tf.Tensor): tf.Tensor[][] {
  return unstack(a, -2).map((row) => unstack(row, -1));
}

/** Solves L y = b like `solveLower`, with the entries of L and b as separate tensors, which broadcast. */
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

/**
 * Returns log |det A| of square matrices, by Gaussian elimination with row pivoting: the sum of log |U_jj|.
 *
 * Differentiable, with A⁻ᵀ as its gradient. It loops over the columns, so it suits matrices of up to a few
 * dozen rows. Of a singular matrix it is −∞.
 *
 * @param a A, [..., D, D].
 * @returns log |det A|, [...].
 * @throws if the last two axes have different sizes.
 */
export function logAbsDet(a: tf.Tensor): tf.Tensor {
  const size = squareSize("logAbsDet", "a", a);
  return tf.tidy(() => {
    let rest: tf.Tensor = toFloat(a).reshape([-1, size, size]); // the rows and columns that are left
    let total: tf.Tensor | undefined;
    for (let left = size; left > 0; left--) {
      const column = rest.slice([0, 0, 0], [-1, left, 1]); //                       [N, left, 1]
      const isPivot = oneHot(column.abs().squeeze([-1]).argMax(-1), left).expandDims(-1);
      const pivotRow = rest.mul(isPivot).sum(1, true); //                           [N, 1, left]
      const pivot = pivotRow.slice([0, 0, 0], [-1, 1, 1]); //                       U_jj, [N, 1, 1]
      const log = pivot.abs().log().squeeze([-2, -1]);
      total = total === undefined ? log : total.add(log);
      if (left === 1) break;
      // The first row takes the place of the pivot's
      const first = rest.slice([0, 0, 0], [-1, 1, left]);
      const below = rest.slice([0, 1, 0], [-1, left - 1, left]);
      const moved = isPivot.slice([0, 1, 0], [-1, left - 1, 1]);
      const others = below.add(moved.mul(first.sub(below)));
      const factors = others.slice([0, 0, 0], [-1, left - 1, 1]).div(safe(pivot));
      rest = others.sub(factors.mul(pivotRow)).slice([0, 0, 1], [-1, left - 1, left - 1]);
    }
    return (total as tf.Tensor).reshape(a.shape.slice(0, -2));
  });
}

/** Returns pivots with 1 in place of 0: where a pivot is 0, so is its whole column. */
function safe(pivot: tf.Tensor): tf.Tensor {
  return tf.where(pivot.equal(0), tf.onesLike(pivot), pivot);
}

/**
 * Returns the lower triangle L with L Lᵀ = A Aᵀ and a diagonal >= 0, the transposed R of a QR decomposition
 * of Aᵀ, by Householder reflections (Golub & Van Loan 2013, section 5.2).
 *
 * It adds covariances that are given by their square roots, L Lᵀ = Σ_i A_i A_iᵀ for A = [A_1 … A_k], without
 * forming them: L keeps the digits that `cholesky` of the sum loses. Differentiable where A Aᵀ is positive
 * definite. It loops over the rows, so it suits matrices of up to a few dozen rows.
 *
 * @param a A, [..., N, M].
 * @returns L, [..., N, N], zero above the diagonal.
 * @throws if A has fewer than two axes, or no rows.
 */
export function triangularize(a: tf.Tensor): tf.Tensor {
  const [rows = 0, columns = 0] = a.shape.slice(-2);
  if (a.rank < 2 || rows === 0)
    throw new Error(`triangularize: a must be [..., N, M] with N >= 1, got ${showShape(a.shape)}`);
  return tf.tidy(() => {
    const missing = Math.max(0, rows - columns); // columns of zeros make A at least square
    let rest: tf.Tensor = toFloat(a)
      .reshape([-1, rows, columns])
      .pad([[0, 0], [0, 0], [0, missing]]); // prettier-ignore
    const lower: tf.Tensor[] = [];
    for (let j = 0; j < rows; j++) {
      const { column, others } = reflect(rest);
      lower.push(column.pad([[0, 0], [j, 0], [0, 0]])); // prettier-ignore
      if (others === undefined) break;
      rest = others;
    }
    return tf.concat(lower, -1).reshape([...a.shape.slice(0, -2), rows, rows]);
  });
}

/**
 * Reflects the rows of a matrix [N, n, m] so that only the first entry of the first row is left.
 *
 * @returns the first column, with an entry >= 0 in the first row, [N, n, 1], and the other rows and columns.
 */
function reflect(a: tf.Tensor): { column: tf.Tensor; others?: tf.Tensor } {
  const [rows = 0, width = 0] = a.shape.slice(1);
  const row = a.slice([0, 0, 0], [-1, 1, width]); //                       x
  const first = row.slice([0, 0, 0], [-1, 1, 1]);
  const sign = detached((x) => x.greaterEqual(0).cast("float32").mul(2).sub(1), first);
  const norm = safeNorm(row); //                                           |x|
  if (rows === 1) return { column: norm };
  const v = row.add(firstOf(width).mul(norm).mul(sign)); //                v = x ± |x| e_1
  const half = norm.mul(norm.add(first.abs())); //                         |v|² / 2
  const below = a.slice([0, 1, 0], [-1, rows - 1, width]);
  // A H = A − A v vᵀ / (|v|² / 2), whose first row is ∓|x| e_1
  const along = tf.matMul(below, v, false, true).div(tf.where(half.greater(0), half, 1));
  const reflected = below.sub(along.mul(v));
  return {
    column: tf.concat(
      [
        norm,
        reflected
          .slice([0, 0, 0], [-1, rows - 1, 1])
          .mul(sign)
          .neg(),
      ],
      1,
    ),
    others: reflected.slice([0, 0, 1], [-1, rows - 1, width - 1]),
  };
}

/** e_1, [1, 1, width]. */
function firstOf(width: number): tf.Tensor {
  return tf.oneHot([0], width).cast("float32").expandDims(0);
}

/** The norms of rows, [N, 1, m] to [N, 1, 1]; a row of zeros has the gradient 0. */
function safeNorm(row: tf.Tensor): tf.Tensor {
  const square = row.square().sum(-1, true);
  const isZero = detached((x) => x.equal(0).cast("float32"), square).greater(0);
  return tf.where(isZero, 0, tf.where(isZero, 1, square).sqrt());
}

/** Returns the diagonals of square matrices: [..., D, D] to [..., D]. */
export function diagonal(a: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    toFloat(a)
      .mul(tf.eye(squareSize("diagonal", "a", a)))
      .sum(-1),
  );
}

/** Returns square matrices, [..., D, D], with the entries above the diagonal set to zero. */
export function lowerTriangle(a: tf.Tensor): tf.Tensor {
  const size = squareSize("lowerTriangle", "a", a);
  return tf.tidy(() => {
    const mask = Array.from({ length: size * size }, (_, i) => (i % size <= Math.floor(i / size) ? 1 : 0));
    return a.mul(tf.tensor2d(mask, [size, size]));
  });
}

/** Returns the D of a tensor [..., D, D]; throws if the last two axes differ. */
export function squareSize(caller: string, name: string, a: tf.Tensor): number {
  const [rows, columns] = a.shape.slice(-2);
  if (rows === undefined || rows !== columns || rows === 0)
    throw new Error(`${caller}: ${name} must be [..., D, D], got ${showShape(a.shape)}`);
  return rows;
}
