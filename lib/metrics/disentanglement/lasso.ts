/** The largest violation of the optimality conditions at which the descent has converged. */
export const TOLERANCE = 1e-10;
/** The maximum number of products, about a second: 20 million sweeps over 5 weights, 30,000 over 128. */
const MAX_PRODUCTS = 5e8;

/** The result of coordinate descent. */
export interface LassoFit {
  /** w, [D]. */
  readonly weights: Float64Array;
  /**
   * A bound on the violation of the optimality conditions: with g = c − G w, |g_d − α sign w_d| where w_d ≠
   * 0, and |g_d| − α where w_d = 0. Above {@link TOLERANCE} if the descent did not converge.
   */
  readonly violation: number;
}

/**
 * Minimizes ‖y − X w‖² / 2n + α ‖w‖₁ by coordinate descent (Friedman et al. 2010, "Regularization paths for
 * generalized linear models via coordinate descent", equation 5 with the covariance updates of section 2.2).
 * A sweep costs D² products, independent of n. Where columns are equal, up to their sign, many weights are
 * minimal; theirs are of one size.
 *
 * @param gram G = XᵀX / n of standardized columns, [D][D], with the diagonal 1, or 0 for a constant column.
 * @param cross c = Xᵀy / n, [D].
 * @param alpha α, the penalty.
 */
export function lasso(gram: readonly Float64Array[], cross: Float64Array, alpha: number): LassoFit {
  const weights = new Float64Array(cross.length);
  let violation = Infinity;
  for (let left = MAX_PRODUCTS; violation > TOLERANCE && left > 0; left -= cross.length ** 2) {
    violation = 0;
    gram.forEach((row, d) => {
      const [before, square] = [weights[d] ?? NaN, row[d] ?? NaN];
      if (square === 0) return;
      let pull = cross[d] ?? NaN;
      for (let j = 0; j < row.length; j++) if (j !== d) pull -= (row[j] ?? NaN) * (weights[j] ?? NaN);
      const after = (Math.sign(pull) * Math.max(0, Math.abs(pull) - alpha)) / square;
      weights[d] = after;
      // The condition of d holds now; a later step changes g_d by its length times |G_dj| ≤ 1
      violation += Math.abs(after - before);
    });
  }
  return { weights: shared(gram, weights), violation };
}

/** Columns with this correlation are taken for the same one: float64 rounds a mean of products to less. */
const SAME = 1 - 1e-9;

/** Divides the weights of columns that are equal, up to their sign, in equal parts. */
function shared(gram: readonly Float64Array[], weights: Float64Array): Float64Array {
  return weights.map((_, d) => {
    const row = gram[d] ?? new Float64Array();
    const equal = [...row.keys()].filter((j) => j === d || Math.abs(row[j] ?? NaN) >= SAME);
    const total = equal.reduce(
      (sum, j) => sum + Math.sign(j === d ? 1 : (row[j] ?? NaN)) * (weights[j] ?? NaN),
      0,
    );
    return total / equal.length;
  });
}

/** Σ_i a_i b_i / n: an entry of XᵀX / n or of Xᵀy / n. */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum / a.length;
}
