import { dot, plus, product, symmetrized, transposedProduct } from "../../core/numeric/flat-matrix";
import { centralDifferences } from "../problem/differences";
import { checkLength, type Dynamics } from "../problem/dynamics";
import type { Trajectory } from "../problem/problem";
import type { Quadratic } from "../problem/quadratic";

/** A column of F(z, u) about a point: f + f_z δz + f_u δu. */
export interface NoiseColumn {
  /** f, [Z]. */
  readonly value: Float64Array;
  /** f_z, row by row, [Z · Z]. */
  readonly z: Float64Array;
  /** f_u, row by row, [Z · A]. */
  readonly u: Float64Array;
}

/** Returns column i of F, [Z], of N columns in a table row by row. */
function column(F: Float64Array, i: number, N: number): Float64Array {
  return Float64Array.from({ length: F.length / N }, (_, row) => F[row * N + i] ?? NaN);
}

/** Returns the columns of F about (z, u), by central differences; none without noise. */
export function expandNoise(dynamics: Dynamics, z: Float64Array, u: Float64Array, t: number): NoiseColumn[] {
  const F = dynamics.noise?.(z, u, t);
  if (F === undefined) return [];
  const N = F.length / z.length;
  const all = (x: Float64Array, v: Float64Array): Float64Array =>
    dynamics.noise?.(x, v, t) ?? new Float64Array();
  const ofState = centralDifferences((x) => all(x, u), z);
  const ofControl = centralDifferences((v) => all(z, v), u);
  const rows = (jacobian: Float64Array, i: number, width: number): Float64Array =>
    Float64Array.from(
      { length: z.length * width },
      (_, k) => jacobian[(Math.floor(k / width) * N + i) * width + (k % width)] ?? NaN,
    );
  return Array.from({ length: N }, (_, i) => ({
    value: column(F, i, N),
    z: rows(ofState, i, z.length),
    u: rows(ofControl, i, u.length),
  }));
}

/**
 * Returns Q(z, u) + E[½ (F ε)ᵀ P (F ε)] for ε ~ N(0, I), which is a quadratic function of z and u: the noise
 * of a step costs what the value function bends (Todorov & Li 2005, "A generalized iterative LQG method").
 */
export function withNoise(q: Quadratic, columns: readonly NoiseColumn[], P: Float64Array): Quadratic {
  const [Z, A] = [q.z.length, q.u.length];
  return columns.reduce<Quadratic>((sum, f) => {
    const [Pf, PFz, PFu] = [product(P, f.value, Z), product(P, f.z, Z), product(P, f.u, Z)];
    return {
      value: sum.value + 0.5 * dot(f.value, Pf), //                       ½ fᵀ P f
      z: plus(sum.z, transposedProduct(f.z, Pf, Z)),
      u: plus(sum.u, transposedProduct(f.u, Pf, Z)),
      zz: symmetrized(plus(sum.zz, transposedProduct(f.z, PFz, Z)), Z),
      uz: plus(sum.uz, transposedProduct(f.u, PFz, Z)),
      uu: symmetrized(plus(sum.uu, transposedProduct(f.u, PFu, Z)), A),
    };
  }, q);
}

/** Returns Σ_t ½ tr(P_{t+1} F Fᵀ) along a trajectory; 0 without noise. */
export function noiseCost(
  dynamics: Dynamics,
  { states, controls }: Trajectory,
  hessians: readonly Float64Array[],
): number {
  if (dynamics.noise === undefined) return 0;
  let total = 0;
  controls.forEach((u, t) => {
    const z = states[t] ?? new Float64Array();
    const F = dynamics.noise?.(z, u, t) ?? new Float64Array();
    const P = hessians[t] ?? new Float64Array();
    total += 0.5 * dot(F, product(P, F, z.length));
  });
  return total;
}

/** Throws unless F has a row of at least one finite number for each number of the state. */
export function checkNoise(caller: string, dynamics: Dynamics, z: Float64Array, u: Float64Array): void {
  const F = dynamics.noise?.(z, u, 0);
  if (F === undefined) return;
  const N = Math.max(1, Math.ceil(F.length / z.length));
  checkLength(caller, `dynamics.noise, of ${z.length} rows,`, F, N * z.length);
}
