/** A matrix of plain numbers, row by row. */
export type Matrix = readonly (readonly number[])[];

function at(a: Matrix, i: number, j: number): number {
  return a[i]?.[j] ?? NaN;
}

/** Returns the square matrix with f(i, j) at row i and column j. */
function matrix(size: number, f: (i: number, j: number) => number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => f(i, j)));
}

/**
 * Returns the Cholesky factor of a matrix in double precision: the lower triangle L with A = L Lᵀ and a
 * positive diagonal; undefined if A is not positive definite.
 *
 * @param a a symmetric matrix; only the lower triangle is read.
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

/** The eigenvalues λ of a symmetric matrix, and its eigenvectors as the columns of V: A = V diag(λ) Vᵀ. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

/** The most sweeps of Jacobi's method, which converges quadratically, in about six to ten. */
const MAX_SWEEPS = 50;

/**
 * Returns the eigenvalues, in no particular order, and eigenvectors of a symmetric matrix in double
 * precision.
 *
 * Jacobi's method (Golub & Van Loan, "Matrix Computations", 8.5): each rotation makes one off-diagonal entry
 * zero, and a sweep visits all of them.
 */
export function eigenSymmetric(a: Matrix): Eigen {
  const size = a.length;
  const rest = matrix(size, (i, j) => at(a, i, j));
  const vectors = matrix(size, (i, j) => (i === j ? 1 : 0));
  const scale = Math.hypot(...rest.flat());
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const off = Math.hypot(...rest.flatMap((row, i) => row.filter((_, j) => i !== j)));
    if (!(off > 1e-15 * scale)) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(rest, vectors, p, q);
  }
  return { values: rest.map((row, i) => row[i] ?? NaN), vectors };
}

/** Sets A ← Jᵀ A J and V ← V J, where J is the rotation in the plane of p and q that makes A_pq zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (at(a, p, q) === 0) return;
  const theta = (at(a, q, q) - at(a, p, p)) / (2 * at(a, p, q));
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const rotateColumns = (row: number[]): void => {
    const [x, y] = [row[p] ?? NaN, row[q] ?? NaN];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  };
  a.forEach(rotateColumns);
  vectors.forEach(rotateColumns);
  const [rowP, rowQ] = [a[p] ?? [], a[q] ?? []];
  rowP.forEach((x, j) => {
    const y = rowQ[j] ?? NaN;
    rowP[j] = cosine * x - sine * y;
    rowQ[j] = sine * x + cosine * y;
  });
}

/** Returns the matrix with the given eigenvalues and eigenvectors, V diag(λ) Vᵀ. */
export function compose({ values, vectors }: Eigen): number[][] {
  return matrix(values.length, (i, j) =>
    values.reduce((sum, value, k) => sum + value * at(vectors, i, k) * at(vectors, j, k), 0),
  );
}
