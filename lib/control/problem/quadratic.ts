import { dot, plus, product, symmetrized, transposedProduct } from "../../core/numeric/flat-matrix";

/** A quadratic function of the state: v + gᵀz + ½ zᵀ P z, such as a value function V_t(z). */
export interface StateQuadratic {
  /** v. */
  readonly value: number;
  /** g, [Z]. */
  readonly z: Float64Array;
  /** P, symmetric, row by row, [Z · Z]. */
  readonly zz: Float64Array;
}

/**
 * A quadratic function of state and control: v + g_zᵀz + g_uᵀu + ½ zᵀ H_zz z + uᵀ H_uz z + ½ uᵀ H_uu u.
 *
 * As the expansion of a function about a point it holds the value, the gradient and the Hessian there, and z
 * and u are the differences to that point.
 */
export interface Quadratic extends StateQuadratic {
  /** g_u, [A]. */
  readonly u: Float64Array;
  /** H_uz, row by row, [A · Z]. */
  readonly uz: Float64Array;
  /** H_uu, symmetric, row by row, [A · A]. */
  readonly uu: Float64Array;
}

/** An affine control, u = K z + k. */
export interface LinearControl {
  /** K, row by row, [A · Z]. */
  readonly K: Float64Array;
  /** k, [A]. */
  readonly k: Float64Array;
}

/** Returns v + gᵀz + ½ zᵀ P z. */
export function valueAt(v: StateQuadratic, z: Float64Array): number {
  return v.value + dot(v.z, z) + 0.5 * dot(z, product(v.zz, z, z.length));
}

/** Returns K z + k. */
export function controlAt({ K, k }: LinearControl, z: Float64Array): Float64Array {
  return plus(product(K, z, z.length), k);
}

/** Returns the function z ↦ V(z + c). */
export function shifted(v: StateQuadratic, c: Float64Array): StateQuadratic {
  const slope = plus(v.z, product(v.zz, c, c.length)); //                 g + P c
  return { value: valueAt(v, c), z: slope, zz: v.zz };
}

/** Returns the function z ↦ Q(z, K z + k). */
export function underControl(q: Quadratic, { K, k }: LinearControl): StateQuadratic {
  const [Z, A] = [q.z.length, q.u.length];
  const slope = plus(q.u, product(q.uu, k, A)); //                        g_u + H_uu k
  const cross = plus(q.uz, product(q.uu, K, A), 0.5); //                  H_uz + ½ H_uu K
  const bent = transposedProduct(K, cross, A); //                           Kᵀ H_uz + ½ Kᵀ H_uu K
  return {
    value: q.value + 0.5 * dot(k, plus(q.u, slope)), //                   v + g_uᵀk + ½ kᵀ H_uu k
    z: plus(plus(q.z, transposedProduct(K, slope, A)), transposedProduct(q.uz, k, A)),
    zz: plus(q.zz, symmetrized(bent, Z), 2),
  };
}
