import { choleskyOf, compose, eigenSymmetric, type Matrix } from "../../../core/numeric/symmetric-matrix";

/** What a component's covariance may be: any, one variance for each axis, or one for all. */
export const covarianceKinds = ["full", "diagonal", "spherical"] as const;
export type Covariance = (typeof covarianceKinds)[number];

/** Checks an option that names a kind of covariance. */
export function checkCovariance(caller: string, covariance: string): asserts covariance is Covariance {
  if (!(covarianceKinds as readonly string[]).includes(covariance))
    throw new Error(
      `${caller}: covariance must be one of ${covarianceKinds.join(", ")}, got "${covariance}"`,
    );
}

/** The numbers of a model that are free to be chosen: weights, means and covariances, for AIC and BIC. */
export function freeParameters(components: number, data: number, covariance: Covariance): number {
  const each = { full: (data * (data + 1)) / 2, diagonal: data, spherical: 1 }[covariance];
  return components - 1 + components * (data + each);
}

/**
 * The Cholesky factor of the likeliest covariance of a kind, given the mean of d dᵀ, with no variance below `floor` in any direction.
 *
 * For a full covariance the eigenvalues below the floor are raised to it: that maximizes the likelihood among the covariances above
 * the floor, so that EM with it still never falls.
 *
 * @returns undefined where there is none, which a floor above 0 rules out.
 */
export function factorOf(scatter: Matrix, covariance: Covariance, floor: number): number[][] | undefined {
  const size = scatter.length;
  if (covariance === "full") return fullFactor(scatter, floor);
  const diagonal = scatter.map((row, i) => row[i] ?? NaN);
  const shared = diagonal.reduce((sum, value) => sum + value, 0) / size;
  const variances = diagonal.map((value) => Math.max(covariance === "spherical" ? shared : value, floor));
  return choleskyOf(variances.map((value, i) => variances.map((_, j) => (i === j ? value : 0))));
}

function fullFactor(scatter: Matrix, floor: number): number[][] | undefined {
  const raised = scatter.map((row, i) => row.map((value, j) => (i === j ? value - floor : value)));
  if (choleskyOf(raised) !== undefined) return choleskyOf(scatter); // every eigenvalue is above the floor
  const { values, vectors } = eigenSymmetric(scatter);
  return choleskyOf(compose({ values: values.map((value) => Math.max(value, floor)), vectors }));
}

/** The smallest variance in any direction of a covariance L Lᵀ. */
export function leastVariance(factor: Matrix): number {
  const scatter = factor.map((a) => factor.map((b) => a.reduce((sum, x, k) => sum + x * (b[k] ?? NaN), 0)));
  return Math.min(...eigenSymmetric(scatter).values);
}
