import { showShape } from "../core/shape";
import { choleskyOf, eigenSymmetric, type Matrix } from "../core/symmetric";

/** Checks a vector of `size` finite numbers. */
export function checkVector(caller: string, name: string, vector: readonly number[], size: number): void {
  if (vector.length !== size)
    throw new Error(`${caller}: ${name} must be of ${size} numbers, got ${vector.length}`);
  checkFinite(caller, name, vector);
}

/** Checks a matrix of finite numbers with so many rows and columns. */
export function checkMatrix(
  caller: string,
  name: string,
  matrix: Matrix,
  [rows, columns]: readonly [rows: number, columns: number],
): void {
  if (matrix.length !== rows || matrix.some((row) => row.length !== columns))
    throw new Error(
      `${caller}: ${name} must be ${showShape([rows, columns])}, ` +
        `got ${matrix.length} rows of ${matrix.map((row) => row.length).join(", ")} numbers`,
    );
  checkFinite(caller, name, matrix.flat());
}

function checkFinite(caller: string, name: string, values: readonly number[]): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`${caller}: ${name} must be finite, got ${bad}`);
}

/**
 * L of a covariance Σ = L Lᵀ.
 *
 * @throws when the covariance is not [size, size], finite, symmetric and positive definite; the message names it.
 */
export function covarianceFactor(caller: string, name: string, covariance: Matrix, size: number): number[][] {
  checkMatrix(caller, name, covariance, [size, size]);
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      const other = covariance[j]?.[i] ?? NaN;
      if (Math.abs(value - other) > 1e-5 * (Math.abs(value) + Math.abs(other)))
        throw new Error(
          `${caller}: ${name} must be symmetric, got ${value} at [${i}][${j}] and ${other} at [${j}][${i}]`,
        );
    });
  });
  const lower = choleskyOf(covariance);
  if (lower !== undefined) return lower;
  const least = Math.min(...eigenSymmetric(covariance).values);
  throw new Error(
    `${caller}: ${name} must be positive definite, got one with the eigenvalue ${Number(least.toPrecision(4))}; ` +
      "add a little more than that to its diagonal, or look for coordinates that depend on one another",
  );
}
