import { choleskyOf, eigenSymmetric, type Matrix } from "./symmetric-matrix";

/** Throws unless a vector has `size` finite numbers. */
export function checkVector(caller: string, name: string, vector: readonly number[], size: number): void {
  if (vector.length !== size)
    throw new Error(`${caller}: ${name} must have ${size} numbers, got ${vector.length}`);
  checkFinite(caller, name, vector);
}

/** Throws unless a matrix has the given numbers of rows and columns and is finite. */
export function checkMatrix(
  caller: string,
  name: string,
  matrix: Matrix,
  [rows, columns]: readonly [rows: number, columns: number],
): void {
  if (matrix.length !== rows || matrix.some((row) => row.length !== columns))
    throw new Error(
      `${caller}: ${name} must be [${rows}, ${columns}], ` +
        `got ${matrix.length} rows of ${matrix.map((row) => row.length).join(", ")} numbers`,
    );
  checkFinite(caller, name, matrix.flat());
}

function checkFinite(caller: string, name: string, values: readonly number[]): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`${caller}: ${name} must be finite, got ${bad}`);
}

/**
 * Returns the Cholesky factor L of a covariance Σ = L Lᵀ.
 *
 * @throws if the covariance is not [size, size], finite, symmetric and positive definite, naming it.
 */
export function covarianceFactor(caller: string, name: string, covariance: Matrix, size: number): number[][] {
  checkMatrix(caller, name, covariance, [size, size]);
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      const other = covariance[j]?.[i] ?? NaN;
      // |Σ_ij| is at most √(Σ_ii Σ_jj)
      const scale = Math.sqrt(Math.abs((row[i] ?? NaN) * (covariance[j]?.[j] ?? NaN)));
      if (Math.abs(value - other) > 1e-5 * Math.max(scale, Math.abs(value)))
        throw new Error(
          `${caller}: ${name} must be symmetric, got ${value} at [${i}][${j}] and ${other} at [${j}][${i}]`,
        );
    });
  });
  const lower = choleskyOf(covariance);
  if (lower !== undefined) return lower;
  const least = Math.min(...eigenSymmetric(covariance).values);
  throw new Error(
    `${caller}: ${name} must be positive definite, ` +
      `got one with the eigenvalue ${Number(least.toPrecision(4))}; ` +
      "add a little more than its magnitude to the diagonal, or remove linearly dependent coordinates",
  );
}

/** The tolerance for the sum of weights, which allows for rounding. */
const TOLERANCE = 1e-4;

/**
 * Returns the logarithms of weights, −∞ for a weight of 0.
 *
 * @throws if there are no weights, one is negative or NaN, or they do not sum to 1, naming the argument.
 */
export function logWeights(caller: string, name: string, weights: readonly number[]): number[] {
  if (weights.length === 0) throw new Error(`${caller}: ${name} must be at least one number, got none`);
  const bad = weights.findIndex((weight) => !(weight >= 0));
  if (bad >= 0) throw new Error(`${caller}: ${name}[${bad}] must be >= 0, got ${String(weights[bad])}`);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(Math.abs(sum - 1) <= TOLERANCE))
    throw new Error(
      `${caller}: ${name} must sum to 1, got ${Number(sum.toPrecision(4))}; divide each by their sum`,
    );
  return weights.map(Math.log);
}
