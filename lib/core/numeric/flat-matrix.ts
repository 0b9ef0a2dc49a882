/*
 * Small matrices of planners: float64, row by row in one array. The sizes follow from the length of the
 * contracted dimension, `inner`; a vector is a matrix with one column.
 */

/** Returns A B, for A [n, inner] and B [inner, m]: [n · m]. */
export function product(a: Float64Array, b: Float64Array, inner: number): Float64Array {
  const [n, m] = [a.length / inner, b.length / inner];
  const c = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < inner; k++) {
      const x = a[i * inner + k] ?? NaN;
      for (let j = 0; j < m; j++) c[i * m + j] = (c[i * m + j] ?? NaN) + x * (b[k * m + j] ?? NaN);
    }
  return c;
}

/** Returns Aᵀ B, for A [inner, n] and B [inner, m]: [n · m]. */
export function transposedProduct(a: Float64Array, b: Float64Array, inner: number): Float64Array {
  const [n, m] = [a.length / inner, b.length / inner];
  const c = new Float64Array(n * m);
  for (let k = 0; k < inner; k++)
    for (let i = 0; i < n; i++) {
      const x = a[k * n + i] ?? NaN;
      for (let j = 0; j < m; j++) c[i * m + j] = (c[i * m + j] ?? NaN) + x * (b[k * m + j] ?? NaN);
    }
  return c;
}

/** Returns Aᵀ, for A [rows, columns]. */
export function transposed(a: Float64Array, rows: number): Float64Array {
  const columns = a.length / rows;
  return Float64Array.from(a, (_, k) => a[(k % rows) * columns + Math.floor(k / rows)] ?? NaN);
}

/** Returns A P Aᵀ, for A [n, inner] and P [inner, inner]: [n · n]. */
export function sandwich(a: Float64Array, p: Float64Array, inner: number): Float64Array {
  return product(product(a, p, inner), transposed(a, a.length / inner), inner);
}

/** Returns A + factor · B, for matrices of the same shape. */
export function plus(a: Float64Array, b: Float64Array, factor = 1): Float64Array {
  const c = new Float64Array(a.length); // loops: several times as fast as map
  for (let i = 0; i < c.length; i++) c[i] = (a[i] ?? NaN) + factor * (b[i] ?? NaN);
  return c;
}

/** Returns factor · A. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  const c = new Float64Array(a.length);
  for (let i = 0; i < c.length; i++) c[i] = factor * (a[i] ?? NaN);
  return c;
}

/** Returns aᵀ b, of matrices the trace of Aᵀ B. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}

/** Returns (A + Aᵀ) / 2 of a square matrix. */
export function symmetrized(a: Float64Array, size: number): Float64Array {
  const c = new Float64Array(a.length);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      c[i * size + j] = 0.5 * ((a[i * size + j] ?? NaN) + (a[j * size + i] ?? NaN));
  return c;
}

/** Returns the square matrix with these numbers on its diagonal, 0 elsewhere. */
export function diagonalMatrix(values: ArrayLike<number>): Float64Array {
  const size = values.length;
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++) a[i * (size + 1)] = values[i] ?? NaN;
  return a;
}

/** Returns A + x I of a square matrix. */
export function plusIdentity(a: Float64Array, size: number, x: number): Float64Array {
  const c = Float64Array.from(a);
  for (let i = 0; i < size; i++) c[i * (size + 1)] = (c[i * (size + 1)] ?? NaN) + x;
  return c;
}

/**
 * Returns the Cholesky factor of a symmetric matrix: the lower triangle L with A = L Lᵀ and a positive
 * diagonal; undefined if A is not positive definite. Only the lower triangle of A is read.
 */
export function choleskyFactor(a: Float64Array, size: number): Float64Array | undefined {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = a[i * size + j] ?? NaN;
      for (let k = 0; k < j; k++) rest -= (lower[i * size + k] ?? NaN) * (lower[j * size + k] ?? NaN);
      if (i === j && !(rest > 0)) return undefined;
      lower[i * size + j] = i === j ? Math.sqrt(rest) : rest / (lower[j * (size + 1)] ?? NaN);
    }
  return lower;
}

/** Returns L⁻¹ B of a lower triangle L [size, size] and B [size, m]. */
export function forwardSolve(lower: Float64Array, b: Float64Array, size: number): Float64Array {
  const m = b.length / size;
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < m; c++) {
      let rest = x[i * m + c] ?? NaN;
      for (let k = 0; k < i; k++) rest -= (lower[i * size + k] ?? NaN) * (x[k * m + c] ?? NaN);
      x[i * m + c] = rest / (lower[i * (size + 1)] ?? NaN);
    }
  return x;
}

/** Returns A⁻¹ B of A = L Lᵀ, given L [size, size] and B [size, m]. */
export function choleskySolve(lower: Float64Array, b: Float64Array, size: number): Float64Array {
  const m = b.length / size;
  const x = forwardSolve(lower, b, size);
  for (let i = size - 1; i >= 0; i--)
    for (let c = 0; c < m; c++) {
      let rest = x[i * m + c] ?? NaN;
      for (let k = i + 1; k < size; k++) rest -= (lower[k * size + i] ?? NaN) * (x[k * m + c] ?? NaN);
      x[i * m + c] = rest / (lower[i * (size + 1)] ?? NaN);
    }
  return x;
}

/** Returns A⁻¹ of A = L Lᵀ, given L. */
export function choleskyInverse(lower: Float64Array, size: number): Float64Array {
  return symmetrized(choleskySolve(lower, diagonalMatrix(new Float64Array(size).fill(1)), size), size);
}

/** Returns log |A| of A = L Lᵀ, given L. */
export function logDeterminant(lower: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += 2 * Math.log(lower[i * (size + 1)] ?? NaN);
  return sum;
}

/** Returns the matrix of nested rows, row by row. */
export function flatten(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rows.flat());
}

/** Returns the rows of a matrix, which `flatten` joins. */
export function unflatten(a: Float64Array, rows: number): number[][] {
  const columns = a.length / rows;
  return Array.from({ length: rows }, (_, i) => Array.from(a.subarray(i * columns, (i + 1) * columns)));
}
