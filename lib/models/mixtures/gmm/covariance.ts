import { floorOf } from "../data-matrix";
import { choleskyOf, compose, eigenSymmetric, type Matrix } from "../../../core/numeric/symmetric-matrix";

/** Constraints on a component's covariance: none, diagonal, or a multiple of the identity. */
export const covarianceKinds = ["full", "diagonal", "spherical"] as const;
/** A constraint on the covariances of a mixture. */
export type Covariance = (typeof covarianceKinds)[number];

/** Checks the option `covariance`. */
export function checkCovariance(caller: string, covariance: string): asserts covariance is Covariance {
  if (!(covarianceKinds as readonly string[]).includes(covariance))
    throw new Error(
      `${caller}: covariance must be one of ${covarianceKinds.join(", ")}, got "${covariance}"`,
    );
}

/**
 * Returns the number of free parameters of a mixture, for AIC and BIC.
 *
 * @param components K.
 * @param data D, the length of a point.
 */
export function freeParameters(components: number, data: number, covariance: Covariance): number {
  const each = { full: (data * (data + 1)) / 2, diagonal: data, spherical: 1 }[covariance];
  return components - 1 + components * (data + each);
}

/**
 * Returns the Cholesky factor of the maximum-likelihood covariance under a constraint, with no variance below
 * the floor in any direction, in units in which the floors of the columns are 1.
 *
 * Eigenvalues of a full covariance below the floor are raised to it. This maximizes the likelihood among the
 * covariances above the floor, so EM with the floor is still monotone.
 *
 * @param scatter the mean of d dᵀ for d = x − μ, [D][D].
 * @param floor the floor of all columns, or of each; a spherical covariance has the mean floor.
 * @returns undefined if the covariance is not positive definite, which a positive floor rules out.
 */
export function factorOf(
  scatter: Matrix,
  covariance: Covariance,
  floor: number | readonly number[],
): number[][] | undefined {
  const size = scatter.length;
  const floors = scatter.map((_, j) => floorOf(floor, j));
  if (covariance === "full") return fullFactor(scatter, floors);
  const diagonal = scatter.map((row, i) => row[i] ?? NaN);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / size;
  const variances =
    covariance === "spherical"
      ? diagonal.map(() => Math.max(mean(diagonal), mean(floors)))
      : diagonal.map((value, j) => Math.max(value, floors[j] ?? NaN));
  return choleskyOf(variances.map((value, i) => variances.map((_, j) => (i === j ? value : 0))));
}

function fullFactor(scatter: Matrix, floors: readonly number[]): number[][] | undefined {
  const raised = scatter.map((row, i) =>
    row.map((value, j) => (i === j ? value - (floors[j] ?? NaN) : value)),
  );
  if (choleskyOf(raised) !== undefined) return choleskyOf(scatter); // every eigenvalue is above the floor
  if (floors.includes(0)) return choleskyOf(scatter);
  const units = floors.map(Math.sqrt);
  const scaled = scatter.map((row, i) =>
    row.map((value, j) => value / ((units[i] ?? NaN) * (units[j] ?? NaN))),
  );
  const { values, vectors } = eigenSymmetric(scaled);
  const lower = choleskyOf(compose({ values: values.map((value) => Math.max(value, 1)), vectors }));
  return lower?.map((row, i) => row.map((value) => value * (units[i] ?? NaN)));
}

/**
 * Returns the smallest variance in any direction of a covariance L Lᵀ, as a multiple of the floor.
 *
 * @param factor L.
 * @param floors the floors of the columns, whose roots are the units.
 */
export function leastVariance(factor: Matrix, floors: readonly number[]): number {
  const scaled = factor.map((row, i) => row.map((value) => value / Math.sqrt(floors[i] ?? NaN)));
  const scatter = scaled.map((a) => scaled.map((b) => a.reduce((sum, x, k) => sum + x * (b[k] ?? NaN), 0)));
  return Math.min(...eigenSymmetric(scatter).values);
}
