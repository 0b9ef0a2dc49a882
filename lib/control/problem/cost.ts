import { diagonalMatrix, dot, flatten, plus, product } from "../../core/numeric/flat-matrix";
import { checkMatrix, checkVector } from "../../core/numeric/check-matrix";
import { choleskyOf, type Matrix } from "../../core/numeric/symmetric-matrix";
import { checkLength } from "./dynamics";
import { expand } from "./differences";
import type { Quadratic, StateQuadratic } from "./quadratic";

/**
 * The cost of a plan of T steps, Σ_t ℓ(z_t, u_t, t) + ℓ_T(z_T), in plain numbers.
 *
 * The expansions are the value, the gradient and the Hessian at a point. Without them, planners that need
 * them take central differences.
 */
export interface Cost {
  /** Returns ℓ(z, u, t) of step t, counted from 0. */
  stage(z: Float64Array, u: Float64Array, t: number): number;
  /** Returns ℓ_T(z) of the last state. */
  terminal(z: Float64Array): number;
  /** Returns the expansion of `stage` about (z, u). */
  expandStage?(z: Float64Array, u: Float64Array, t: number): Quadratic;
  /** Returns the expansion of `terminal` about z. */
  expandTerminal?(z: Float64Array): StateQuadratic;
}

/** Returns the expansion of ℓ about (z, u), by its method or by central differences. */
export function expandStage(cost: Cost, z: Float64Array, u: Float64Array, t: number): Quadratic {
  if (cost.expandStage !== undefined) return cost.expandStage(z, u, t);
  const [Z, A] = [z.length, u.length];
  const both = new Float64Array(Z + A);
  both.set(z);
  both.set(u, Z);
  const f = (x: Float64Array): number => cost.stage(x.slice(0, Z), x.slice(Z), t);
  const { value, gradient, hessian } = expand(f, both);
  const block = (rows: number, columns: number, fromRow: number, fromColumn: number): Float64Array =>
    Float64Array.from(
      { length: rows * columns },
      (_, k) => hessian[(fromRow + Math.floor(k / columns)) * (Z + A) + fromColumn + (k % columns)] ?? NaN,
    );
  return {
    value,
    z: gradient.slice(0, Z),
    u: gradient.slice(Z),
    zz: block(Z, Z, 0, 0),
    uz: block(A, Z, Z, 0),
    uu: block(A, A, Z, Z),
  };
}

/** Returns the expansion of ℓ_T about z, by its method or by central differences. */
export function expandTerminal(cost: Cost, z: Float64Array): StateQuadratic {
  if (cost.expandTerminal !== undefined) return cost.expandTerminal(z);
  const { value, gradient, hessian } = expand((x) => cost.terminal(x), z);
  return { value, z: gradient, zz: hessian };
}

/** The weights of a quadratic cost: the numbers of a diagonal matrix, or all rows of a symmetric one. */
export type Weights = readonly number[] | Matrix;

/** Options of `quadraticCost`. */
export interface QuadraticCostOptions {
  /** z*, the goal, [Z]. */
  readonly goal: ArrayLike<number>;
  /** Q, the weights of the state at each step, [Z] or [Z, Z]. */
  readonly state: Weights;
  /** R, the weights of the control, positive definite, [A] or [A, A]. */
  readonly control: Weights;
  /** Q_T, the weights of the last state; those of `state` by default. */
  readonly terminal?: Weights;
}

/**
 * Returns the cost ½ Σ_t [(z_t − z*)ᵀ Q (z_t − z*) + u_tᵀ R u_t] + ½ (z_T − z*)ᵀ Q_T (z_T − z*), with its
 * exact expansions.
 *
 * @throws if the weights have a size other than the goal's, are not finite, or R is not symmetric and
 *   positive definite.
 */
export function quadraticCost({ goal, state, control, terminal = state }: QuadraticCostOptions): Cost {
  const target = Float64Array.from(goal);
  const Z = target.length;
  const A = control.length;
  checkLength("quadraticCost", "goal", target, Z);
  const Q = weights("state", state, Z);
  const R = weights("control", control, A);
  const QT = weights("terminal", terminal, Z);
  if (choleskyOf(rowsOf(control)) === undefined)
    throw new Error(
      "quadraticCost: control must be positive definite; without a cost of controls none is best",
    );
  const about = (z: Float64Array, P: Float64Array): StateQuadratic => {
    const d = plus(z, target, -1); //                                     z − z*
    const slope = product(P, d, Z);
    return { value: 0.5 * dot(d, slope), z: slope, zz: P };
  };
  const valueOf = (z: Float64Array, P: Float64Array): number => {
    const d = plus(z, target, -1);
    return 0.5 * dot(d, product(P, d, Z));
  };
  const uz = new Float64Array(A * Z);
  return {
    stage: (z, u) => valueOf(z, Q) + 0.5 * dot(u, product(R, u, A)),
    terminal: (z) => valueOf(z, QT),
    expandStage(z, u) {
      const ofState = about(z, Q);
      const slope = product(R, u, A);
      return { ...ofState, value: ofState.value + 0.5 * dot(u, slope), u: slope, uz, uu: R };
    },
    expandTerminal: (z) => about(z, QT),
  };
}

function isMatrix(weights: Weights): weights is Matrix {
  return weights.some((row) => typeof row !== "number");
}

function rowsOf(weights: Weights): Matrix {
  return isMatrix(weights) ? weights : weights.map((x, i) => weights.map((_, j) => (i === j ? x : 0)));
}

/** The weights as a matrix, row by row. */
function weights(name: string, given: Weights, size: number): Float64Array {
  if (isMatrix(given)) {
    checkMatrix("quadraticCost", name, given, [size, size]);
    given.forEach((row, i) => {
      const j = row.findIndex((x, column) => x !== given[column]?.[i]);
      if (j >= 0)
        throw new Error(
          `quadraticCost: ${name} must be symmetric, got ${row[j] ?? NaN} at [${i}][${j}] and ` +
            `${given[j]?.[i] ?? NaN} at [${j}][${i}]`,
        );
    });
    return flatten(given);
  }
  checkVector("quadraticCost", name, given, size);
  return diagonalMatrix(given);
}
