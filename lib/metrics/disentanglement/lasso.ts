/** How far the conditions of the minimum may be from holding. */
export const TOLERANCE = 1e-10;
/** Products after which the descent gives up, a second or so: 20 million sweeps over 5 weights, 30,000 over 128. */
const PRODUCTS = 5e8;

/** Where coordinate descent ended. */
export interface LassoFit {
  readonly weights: Float64Array;
  /**
   * How far the conditions of the minimum are from holding, at most: with g = c − G w, |g_d − α sign w_d| where w_d ≠ 0, |g_d| − α
   * where w_d = 0. Above `TOLERANCE` if the sweeps did not suffice.
   */
  readonly violation: number;
}

/**
 * The weights that minimize ‖y − X w‖² / 2n + α ‖w‖₁, one coordinate after the other (Friedman et al. 2010, "Regularization Paths for
 * Generalized Linear Models via Coordinate Descent", equation 5 with the covariance updates of section 2.2): a sweep costs D² products,
 * whatever n is.
 *
 * @param gram G = XᵀX / n of columns standardized over the n rows: 1 on the diagonal, or 0 for a constant column; [D][D].
 * @param cross c = Xᵀy / n, [D].
 */
export function lasso(gram: readonly Float64Array[], cross: Float64Array, alpha: number): LassoFit {
  const weights = new Float64Array(cross.length);
  let violation = Infinity;
  for (let left = PRODUCTS; violation > TOLERANCE && left > 0; left -= cross.length ** 2) {
    violation = 0;
    gram.forEach((row, d) => {
      const [before, square] = [weights[d] ?? NaN, row[d] ?? NaN];
      if (square === 0) return;
      let pull = cross[d] ?? NaN;
      for (let j = 0; j < row.length; j++) if (j !== d) pull -= (row[j] ?? NaN) * (weights[j] ?? NaN);
      const after = (Math.sign(pull) * Math.max(0, Math.abs(pull) - alpha)) / square;
      weights[d] = after;
      violation += Math.abs(after - before); // d's condition holds now; a later step moves g_d by |G_dj| ≤ 1 times its length
    });
  }
  return { weights, violation };
}

/** Σ_i a_i b_i / n: an entry of XᵀX / n or of Xᵀy / n. */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum / a.length;
}
