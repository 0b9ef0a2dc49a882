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
 * the floor in any direction.
 *
 * Eigenvalues of a full covariance below the floor are raised to it. This maximizes the likelihood among the
 * covariances above the floor, so EM with the floor is still monotone.
 *
 * @param scatter the mean of d dᵀ for d = x − μ, [D][D].
 * @returns undefined if the covariance is not positive definite, which a positive floor rules out.
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

/** Returns the smallest eigenvalue of a covariance L Lᵀ, given L. */
export function leastVariance(factor: Matrix): number {
  const scatter = factor.map((a) => factor.map((b) => a.reduce((sum, x, k) => sum + x * (b[k] ?? NaN), 0)));
  return Math.min(...eigenSymmetric(scatter).values);
}
