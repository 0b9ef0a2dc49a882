import { choleskyOf, type Matrix } from "../../../core/numeric/symmetric-matrix";

/** Sums over weighted rows, of what a regression leaves over, that its next step needs. */
export interface NormalEquations {
  /** A = Σ_n r_n φ_n φ_nᵀ, [F][F]. */
  readonly moments: Matrix;
  /** G = Σ_n r_n φ_n e_nᵀ, [F][D]. */
  readonly cross: Matrix;
  /** S = Σ_n r_n e_n², [D]. */
  readonly squares: readonly number[];
}

/** A step of the coefficients, and the squares that are left after it. */
export interface Step {
  /** Δ, [F][D]. */
  readonly change: Matrix;
  /** Σ_n r_n (e_n − Δᵀ φ_n)², [D]. */
  readonly squares: readonly number[];
}

/**
 * The Δ that minimizes Σ_n r_n |e_n − Δᵀ φ_n|² + Σ_f c_f |Δ_f|², in double precision: Δ = (A + diag c)⁻¹ G.
 *
 * The squares never grow, as Δ = 0 is among the choices; where the rows do not tell a direction of Δ, it is 0 there.
 *
 * @param costs c, [F].
 * @returns undefined where A is not finite, or not positive definite even with the costs.
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

/** A + diag c. */
export const plusDiagonal = (a: Matrix, c: readonly number[]): number[][] =>
  a.map((row, i) => row.map((value, j) => (i === j ? value + (c[i] ?? NaN) : value)));

/** (L Lᵀ)⁻¹ b. */
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

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
