/** A matrix of plain numbers, row by row. */
export type Matrix = readonly (readonly number[])[];

const at = (a: Matrix, i: number, j: number): number => a[i]?.[j] ?? NaN;

/** The matrix with f(i, j) at row i and column j. */
const matrix = (size: number, f: (i: number, j: number) => number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => f(i, j)));

/**
 * The lower triangle L of A = L Lᵀ with a positive diagonal, in double precision; undefined where A is not positive definite.
 *
 * @param a symmetric; only the lower triangle is read.
 */
export function choleskyOf(a: Matrix): number[][] | undefined {
  const lower = matrix(a.length, () => 0);
  for (const [i, row] of lower.entries())
    for (let j = 0; j <= i; j++) {
      let rest = at(a, i, j);
      for (let k = 0; k < j; k++) rest -= at(lower, i, k) * at(lower, j, k);
      if (i === j && !(rest > 0)) return undefined;
      row[j] = i === j ? Math.sqrt(rest) : rest / at(lower, j, j);
    }
  return lower;
}

/** Eigenvalues, and the eigenvectors that go with them as the columns of an orthogonal matrix: A = V diag(λ) Vᵀ. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

/** Sweeps after which Jacobi's method has long converged: it does so quadratically, in some six to ten. */
const SWEEPS = 50;

/**
 * The eigenvalues of a symmetric matrix by Jacobi's method (Golub & Van Loan, "Matrix Computations", 8.5), in double precision
 * and in no order.
 *
 * Each rotation makes one entry off the diagonal zero; a sweep goes through all of them.
 */
export function eigenSymmetric(a: Matrix): Eigen {
  const size = a.length;
  const rest = matrix(size, (i, j) => at(a, i, j));
  const vectors = matrix(size, (i, j) => (i === j ? 1 : 0));
  const scale = Math.hypot(...rest.flat());
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const off = Math.hypot(...rest.flatMap((row, i) => row.filter((_, j) => i !== j)));
    if (!(off > 1e-15 * scale)) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(rest, vectors, p, q);
  }
  return { values: rest.map((row, i) => row[i] ?? NaN), vectors };
}

/** A ← Jᵀ A J and V ← V J, with the rotation J in the plane of p and q that makes A_pq zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (at(a, p, q) === 0) return;
  const theta = (at(a, q, q) - at(a, p, p)) / (2 * at(a, p, q));
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turnColumns = (row: number[]): void => {
    const [x, y] = [row[p] ?? NaN, row[q] ?? NaN];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  };
  a.forEach(turnColumns);
  vectors.forEach(turnColumns);
  const [rowP, rowQ] = [a[p] ?? [], a[q] ?? []];
  rowP.forEach((x, j) => {
    const y = rowQ[j] ?? NaN;
    rowP[j] = cosine * x - sine * y;
    rowQ[j] = sine * x + cosine * y;
  });
}

/** V diag(λ) Vᵀ. */
export const compose = ({ values, vectors }: Eigen): number[][] =>
  matrix(values.length, (i, j) =>
    values.reduce((sum, value, k) => sum + value * at(vectors, i, k) * at(vectors, j, k), 0),
  );
