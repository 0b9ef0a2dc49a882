import { choleskySolve, dot, plus, plusIdentity, product } from "../../core/numeric/flat-matrix";
import { actionValue } from "../lqr/action-value";
import type { LinearModel } from "../problem/dynamics";
import type { Bounds } from "../problem/problem";
import { underControl, type LinearControl, type Quadratic, type StateQuadratic } from "../problem/quadratic";
import { boxQp, type BoxMinimum } from "./box-qp";
import { withNoise, type NoiseColumn } from "./noise";

/** Models and costs about a trajectory, as functions of the differences to it. */
export interface Expansions {
  /** A_t and B_t, T of them. */
  readonly models: readonly Pick<LinearModel, "A" | "B">[];
  /** ℓ_t, T of them. */
  readonly costs: readonly Quadratic[];
  /** ℓ_T. */
  readonly terminal: StateQuadratic;
  /** The columns of F, T lists of them; empty lists without noise. */
  readonly noise: readonly (readonly NoiseColumn[])[];
  /** The limits of the change of u_t, T of them. */
  readonly bounds: readonly Bounds[];
}

/** The changes of the controls that a backward pass proposes. */
export interface Proposal {
  /** δu_t = α k_t + K_t δz_t for a step of length α, T of them. */
  readonly changes: readonly LinearControl[];
  /** Σ kᵀ Q_u, the slope of the cost in α; at most 0. */
  readonly slope: number;
  /** Σ kᵀ Q_uu k, the curvature of the cost in α. */
  readonly curvature: number;
  /** P_{t+1}, the Hessians of the value functions of the next states, row by row, T of [Z · Z]. */
  readonly hessians: readonly Float64Array[];
}

/**
 * The backward pass of iLQR: returns the changes of the controls that minimize the quadratic approximation of
 * the cost within the limits (Tassa, Mansard & Todorov 2014, section III).
 *
 * A control that is held at a limit has no feedback: its row of K is 0.
 *
 * @param mu μ, which is added to the diagonal of Q_uu where the changes are computed (Levenberg).
 * @returns undefined if some Q_uu + μ I is not positive definite.
 */
export function backward(
  { models, costs, terminal, noise, bounds }: Expansions,
  mu: number,
): Proposal | undefined {
  const changes: LinearControl[] = [];
  const hessians: Float64Array[] = [];
  let [slope, curvature] = [0, 0];
  let value = terminal;
  for (let t = models.length - 1; t >= 0; t--) {
    const [model, cost, bound] = [models[t], costs[t], bounds[t]];
    if (model === undefined || cost === undefined || bound === undefined) break; // not reached: t < T
    const q = withNoise(actionValue(cost, model, value), noise[t] ?? [], value.zz);
    const A = q.u.length;
    const best = boxQp(plusIdentity(q.uu, A, mu), q.u, bound, changes.at(-1)?.k ?? new Float64Array(A));
    if (best === undefined) return undefined;
    const change = { K: feedback(q, best), k: best.x };
    hessians.push(value.zz);
    value = underControl(q, change); //                                   with Q_uu, not Q_uu + μ I
    slope += dot(change.k, q.u);
    curvature += dot(change.k, product(q.uu, change.k, A));
    changes.push(change);
  }
  return { changes: changes.reverse(), slope, curvature, hessians: hessians.reverse() };
}

/** Returns the expected cost of u_t = ū_t + K_t (z − z̄_t), in the quadratic approximation. */
export function expectedCost(
  { models, costs, terminal, noise }: Expansions,
  gains: readonly Float64Array[],
): number {
  let value = terminal;
  for (let t = models.length - 1; t >= 0; t--) {
    const [model, cost, K] = [models[t], costs[t], gains[t]];
    if (model === undefined || cost === undefined || K === undefined) break; // not reached: t < T
    const q = withNoise(actionValue(cost, model, value), noise[t] ?? [], value.zz);
    value = underControl(q, { K, k: new Float64Array(q.u.length) });
  }
  return value.value;
}

/** K = −(Q_uu + μ I)⁻¹ Q_uz of the free controls, 0 for the others. */
function feedback({ z, u, uz }: Quadratic, { free, lower }: BoxMinimum): Float64Array {
  const Z = z.length;
  const rows = Float64Array.from(free.flatMap((i) => Array.from(uz.subarray(i * Z, (i + 1) * Z))));
  const solved = choleskySolve(lower, rows, free.length);
  const K = new Float64Array(u.length * Z);
  free.forEach((i, n) => K.set(plus(new Float64Array(Z), solved.subarray(n * Z, (n + 1) * Z), -1), i * Z));
  return K;
}
