import { expandStage, expandTerminal, type Cost } from "../problem/cost";
import { checkLength } from "../problem/dynamics";
import type { StateQuadratic } from "../problem/quadratic";

/**
 * Returns the cost Σ_k w_k ℓ_k, whose expansions are the sums of those of its parts.
 *
 * @param parts ℓ_1 … ℓ_K.
 * @param weights w, [K], at least 0.
 * @throws if there are no parts, the number of weights is not that of the parts, or a weight is negative or
 *   not finite.
 */
export function weightedCost(parts: readonly Cost[], weights: ArrayLike<number>): Cost {
  if (parts.length === 0)
    throw new Error("inverseControl.weightedCost: parts must be at least one, got none");
  checkLength("inverseControl.weightedCost", "weights", weights, parts.length);
  const w = Array.from(weights);
  const bad = w.find((x) => x < 0);
  if (bad !== undefined)
    throw new Error(`inverseControl.weightedCost: weights must be at least 0, got ${bad}`);
  const used = parts.flatMap((cost, k) => ((w[k] ?? 0) === 0 ? [] : [{ cost, weight: w[k] ?? 0 }]));
  const list = used.length > 0 ? used : parts.slice(0, 1).map((cost) => ({ cost, weight: 0 }));
  return {
    stage: (z, u, t) => list.reduce((sum, { cost, weight }) => sum + weight * cost.stage(z, u, t), 0),
    terminal: (z) => list.reduce((sum, { cost, weight }) => sum + weight * cost.terminal(z), 0),
    expandStage(z, u, t) {
      const [Z, A] = [z.length, u.length];
      const sum = {
        ...zeroState(Z),
        u: new Float64Array(A),
        uz: new Float64Array(A * Z),
        uu: new Float64Array(A * A),
      };
      for (const { cost, weight } of list) {
        const q = expandStage(cost, z, u, t);
        addState(sum, q, weight);
        add(sum.u, q.u, weight);
        add(sum.uz, q.uz, weight);
        add(sum.uu, q.uu, weight);
      }
      return sum;
    },
    expandTerminal(z) {
      const sum = zeroState(z.length);
      for (const { cost, weight } of list) addState(sum, expandTerminal(cost, z), weight);
      return sum;
    },
  };
}

function zeroState(Z: number) {
  return { value: 0, z: new Float64Array(Z), zz: new Float64Array(Z * Z) };
}

function addState(sum: ReturnType<typeof zeroState>, part: StateQuadratic, weight: number): void {
  sum.value += weight * part.value;
  add(sum.z, part.z, weight);
  add(sum.zz, part.zz, weight);
}

/** Adds weight · part to a sum, in place. */
function add(sum: Float64Array, part: Float64Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? NaN) + weight * (part[i] ?? NaN);
}
