import { choleskyOf, type Matrix } from "../../../core/numeric/symmetric-matrix";

/** Weighted sums over the rows, for a step of a regression with residuals e_n. */
export interface NormalEquations {
  /** A = Σ_n r_n φ_n φ_nᵀ, [F][F]. */
  readonly moments: Matrix;
  /** G = Σ_n r_n φ_n e_nᵀ, [F][D]. */
  readonly cross: Matrix;
  /** S = Σ_n r_n e_n², [D]. */
  readonly squares: readonly number[];
}

/** A step of the coefficients, and the residual sums of squares after it. */
export interface Step {
  /** Δ, [F][D]. */
  readonly change: Matrix;
  /** Σ_n r_n (e_n − Δᵀ φ_n)², [D]. */
  readonly squares: readonly number[];
}

/**
 * The Δ that minimizes Σ_n r_n |e_n − Δᵀ φ_n|² + Σ_f c_f |Δ_f|², in double precision: Δ = (A + diag c)⁻¹ G.
 *
 * The sums of squares never increase, as Δ = 0 is feasible. Δ is 0 in directions that the rows do not
 * determine.
 *
 * @param costs c, [F].
 * @returns undefined if A is not finite, or A + diag c is not positive definite.
 */
export function leastSquares(
  { moments, cross, squares }: NormalEquations,
  costs: readonly number[],
): Step | undefined {
  const lower = choleskyOf(plusDiagonal(moments, costs));
  if (lower === undefined) return undefined;
  const columns = squares.map((_, d) => cross.map((row) => row[d] ?? NaN));
  const changes = columns.map((column) => solve(lower, column));
  const rest = changes.map((delta, d) => {
    const curve = dot(
      delta,
      moments.map((row) => dot(row, delta)),
    );
    return Math.max(0, (squares[d] ?? NaN) - 2 * dot(delta, columns[d] ?? []) + curve);
  });
  return { change: moments.map((_, f) => changes.map((delta) => delta[f] ?? NaN)), squares: rest };
}

/** Returns A + diag c. */
export function plusDiagonal(a: Matrix, c: readonly number[]): number[][] {
  return a.map((row, i) => row.map((value, j) => (i === j ? value + (c[i] ?? NaN) : value)));
}

/** Returns (L Lᵀ)⁻¹ b. */
export function solve(lower: Matrix, b: readonly number[]): number[] {
  const at = (i: number, j: number): number => lower[i]?.[j] ?? NaN;
  const x = [...b];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) x[i] = (x[i] ?? NaN) - at(i, j) * (x[j] ?? NaN);
    x[i] = (x[i] ?? NaN) / at(i, i);
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) x[i] = (x[i] ?? NaN) - at(j, i) * (x[j] ?? NaN);
    x[i] = (x[i] ?? NaN) / at(i, i);
  }
  return x;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}
