import { dot, plus, product, symmetrized, transposedProduct } from "../../core/numeric/flat-matrix";
import type { LinearModel } from "../problem/dynamics";
import { shifted, type Quadratic, type StateQuadratic } from "../problem/quadratic";

/** Returns Q(z, u) = ℓ(z, u) + V(A z + B u). */
export function actionValue(
  cost: Quadratic,
  { A, B }: Pick<LinearModel, "A" | "B">,
  next: StateQuadratic,
): Quadratic {
  const [Z, U] = [cost.z.length, cost.u.length];
  const PA = product(next.zz, A, Z);
  const PB = product(next.zz, B, Z);
  return {
    value: cost.value + next.value,
    z: plus(cost.z, transposedProduct(A, next.z, Z)), //                  ℓ_z + Aᵀ g
    u: plus(cost.u, transposedProduct(B, next.z, Z)), //                  ℓ_u + Bᵀ g
    zz: symmetrized(plus(cost.zz, transposedProduct(A, PA, Z)), Z), //    ℓ_zz + Aᵀ P A
    uz: plus(cost.uz, transposedProduct(B, PA, Z)), //                    ℓ_uz + Bᵀ P A
    uu: symmetrized(plus(cost.uu, transposedProduct(B, PB, Z)), U), //    ℓ_uu + Bᵀ P B
  };
}

/** Returns Q(z, u) = ℓ(z, u) + E[V(A z + B u + c + w)], w ~ N(0, W). */
export function expectedActionValue(cost: Quadratic, model: LinearModel, next: StateQuadratic): Quadratic {
  const q = actionValue(cost, model, shifted(next, model.c));
  return model.W === undefined ? q : { ...q, value: q.value + 0.5 * dot(next.zz, model.W) }; // ½ tr(P W)
}
