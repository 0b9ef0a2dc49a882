import {
  choleskyFactor,
  choleskySolve,
  dot,
  plus,
  product,
  transposedProduct,
} from "../../core/numeric/flat-matrix";
import { expandStage, expandTerminal, type Cost } from "../problem/cost";
import { checkLength, linearize, type Dynamics, type LinearModel } from "../problem/dynamics";
import type { Trajectory } from "../problem/problem";

/**
 * Returns the derivatives of the cost of a trajectory with respect to its controls, in which states follow
 * from the controls, [T · A], by one pass backward.
 *
 * @throws if the trajectory has other sizes than the dynamics.
 */
export function controlGradient(dynamics: Dynamics, cost: Cost, trajectory: Trajectory): Float64Array {
  checkTrajectory("inverseControl.controlGradient", dynamics, trajectory);
  return gradientOf(cost, modelsOf(dynamics, trajectory), trajectory);
}

function gradientOf(
  cost: Cost,
  models: readonly LinearModel[],
  { states, controls }: Trajectory,
): Float64Array {
  const A = controls[0]?.length ?? 0;
  const gradient = new Float64Array(controls.length * A);
  let costate = expandTerminal(cost, states.at(-1) ?? new Float64Array()).z; // λ_T = ∇ℓ_T
  for (let t = controls.length - 1; t >= 0; t--) {
    const [z, u, model] = [states[t], controls[t], models[t]];
    if (z === undefined || u === undefined || model === undefined) break; // not reached: t < T
    const { z: slope, u: ofControl } = expandStage(cost, z, u, t);
    gradient.set(plus(ofControl, transposedProduct(model.B, costate, z.length)), t * A); // ℓ_u + Bᵀ λ
    costate = plus(slope, transposedProduct(model.A, costate, z.length)); //                λ = ℓ_z + Aᵀ λ
  }
  return gradient;
}

function modelsOf(dynamics: Dynamics, { states, controls }: Trajectory): LinearModel[] {
  return controls.map((u, t) => linearize(dynamics, states[t] ?? new Float64Array(), u, t));
}

/** The derivatives of each number of the last state with respect to the controls, Z of [T · A]. */
function endGradients(models: readonly LinearModel[], Z: number, A: number): Float64Array[] {
  return Array.from({ length: Z }, (_, i) => {
    const gradient = new Float64Array(models.length * A);
    let costate = Float64Array.from({ length: Z }, (__, j) => (i === j ? 1 : 0));
    for (let t = models.length - 1; t >= 0; t--) {
      const model = models[t];
      if (model === undefined) break; // not reached: t < T
      gradient.set(transposedProduct(model.B, costate, Z), t * A);
      costate = Float64Array.from(transposedProduct(model.A, costate, Z));
    }
    return gradient;
  });
}

/** Options of `stationaryWeights`. */
export interface StationaryOptions {
  /**
   * Whether the last state is taken as given, so that the weights need not explain why a person stopped
   * there; true by default. The terminal costs of the parts then do not count.
   */
  readonly endGiven?: boolean;
}

/** Weights under which trajectories are as nearly stationary as possible. */
export interface StationaryWeights {
  /** w, [K]; the first one is 1. */
  readonly weights: Float64Array;
  /** |Σ_k w_k g_k|² / |g_1|², in which g_k are the derivatives with respect to the controls; 0 if optimal. */
  readonly residual: number;
}

/**
 * Inverse optimal control by the conditions of Karush, Kuhn and Tucker: returns the weights of the parts of a
 * cost for which its derivatives with respect to the controls are nearest to 0, by linear least squares,
 * without solving a control problem (Keshavarz, Wang & Boyd 2011, "Imputing a convex objective function").
 *
 * Weights of optimal trajectories are recovered exactly. Noise in the trajectories biases them, because the
 * derivatives are then not 0 for the true weights: prefer `fitCostWeights` for measured ones.
 *
 * @param parts ℓ_1 … ℓ_K, at least two, all with the same dynamics.
 * @throws if there are fewer than two parts, no trajectories, sizes that do not fit together, or parts whose
 *   derivatives are linearly dependent.
 */
export function stationaryWeights(
  dynamics: Dynamics,
  parts: readonly Cost[],
  trajectories: readonly Trajectory[],
  { endGiven = true }: StationaryOptions = {},
): StationaryWeights {
  const caller = "inverseControl.stationaryWeights";
  if (parts.length < 2) throw new Error(`${caller}: parts must be at least two, got ${parts.length}`);
  if (trajectories.length === 0) throw new Error(`${caller}: trajectories must be at least one, got none`);
  const K = parts.length;
  const gram = new Float64Array(K * K); //                                G_kl = Σ g_k · g_l
  for (const trajectory of trajectories) {
    checkTrajectory(caller, dynamics, trajectory);
    const models = modelsOf(dynamics, trajectory);
    const basis = endGiven ? orthonormal(endGradients(models, dynamics.stateSize, dynamics.controlSize)) : [];
    const gradients = parts.map((cost) => without(gradientOf(cost, models, trajectory), basis));
    gradients.forEach((g, k) => {
      gradients.forEach((h, l) => (gram[k * K + l] = (gram[k * K + l] ?? NaN) + dot(g, h)));
    });
  }
  const rest = block(gram, K);
  const lower = choleskyFactor(rest.matrix, K - 1);
  if (lower === undefined)
    throw new Error(
      `${caller}: parts must have linearly independent derivatives, got some that are not; ` +
        "leave one out, or use more varied trajectories",
    );
  const weights = Float64Array.of(1, ...choleskySolve(lower, rest.right, K - 1).map((w) => -w));
  return { weights, residual: dot(weights, product(gram, weights, K)) / (gram[0] ?? NaN) };
}

/** Rows and columns 1 … K − 1 of G, and its first column below the diagonal. */
function block(
  gram: Float64Array,
  K: number,
): { readonly matrix: Float64Array; readonly right: Float64Array } {
  const at = (i: number, j: number): number => gram[i * K + j] ?? NaN;
  const size = K - 1;
  return {
    matrix: Float64Array.from({ length: size * size }, (_, n) =>
      at(1 + Math.floor(n / size), 1 + (n % size)),
    ),
    right: Float64Array.from({ length: size }, (_, i) => at(1 + i, 0)),
  };
}

/** Returns an orthonormal basis of the span of vectors (Gram–Schmidt, each twice). */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const size = Math.sqrt(dot(vector, vector));
    const rest = without(vector, basis);
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-12 * size) basis.push(rest.map((x) => x / length));
  }
  return basis;
}

/** Returns what a vector has orthogonal to a basis. */
function without(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const once = (v: Float64Array): Float64Array => basis.reduce((rest, b) => plus(rest, b, -dot(rest, b)), v);
  return once(once(vector));
}

function checkTrajectory(caller: string, dynamics: Dynamics, { states, controls }: Trajectory): void {
  if (states.length !== controls.length + 1 || controls.length === 0)
    throw new Error(
      `${caller}: trajectory must have one state more than controls, and a control, ` +
        `got ${states.length} states and ${controls.length} controls`,
    );
  states.forEach((z, t) => {
    checkLength(caller, `trajectory.states[${t}]`, z, dynamics.stateSize);
  });
  controls.forEach((u, t) => {
    checkLength(caller, `trajectory.controls[${t}]`, u, dynamics.controlSize);
  });
}
