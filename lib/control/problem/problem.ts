import { checkCount } from "../../core/numeric/check-number";
import type { Cost } from "./cost";
import { checkLength, type Dynamics } from "./dynamics";

/** The least and the greatest value of each control. */
export interface Limits {
  /** [A]. */
  readonly lower: ArrayLike<number>;
  /** [A]. */
  readonly upper: ArrayLike<number>;
}

/** What a planner solves: the controls of T steps with the least cost, within the limits. */
export interface Problem {
  /** The model that the plan is made with. */
  readonly dynamics: Dynamics;
  /** The cost of a plan. */
  readonly cost: Cost;
  /** T, the number of steps. */
  readonly horizon: number;
  /** The limits of the controls; without them, there are none. */
  readonly limits?: Limits;
}

/** States and the controls between them. */
export interface Trajectory {
  /** z_0 … z_T, T + 1 arrays [Z]. */
  readonly states: readonly Float64Array[];
  /** u_0 … u_{T−1}, T arrays [A]. */
  readonly controls: readonly Float64Array[];
}

/** The controls that a planner chooses, and what the model expects of them. */
export interface Plan extends Trajectory {
  /** Σ_t ℓ(z_t, u_t, t) + ℓ_T(z_T). */
  readonly cost: number;
}

/** Returns the states and the cost of controls from a state, as the model expects them. */
export function rollout(
  { dynamics, cost }: Pick<Problem, "dynamics" | "cost">,
  start: ArrayLike<number>,
  controls: readonly Float64Array[],
): Plan {
  let z: Float64Array = Float64Array.from(start);
  const states = [z];
  let total = 0;
  controls.forEach((u, t) => {
    total += cost.stage(z, u, t);
    z = dynamics.next(z, u, t);
    states.push(z);
  });
  return { states, controls, cost: total + cost.terminal(z) };
}

/** Throws unless the problem and the state are ones that planners can work with. */
export function checkProblem(caller: string, problem: Problem, start: ArrayLike<number>): void {
  const { stateSize: Z, controlSize: A } = problem.dynamics;
  checkCount(caller, "dynamics.stateSize", Z, 1);
  checkCount(caller, "dynamics.controlSize", A, 1);
  checkCount(caller, "horizon", problem.horizon, 1);
  checkLength(caller, "start", start, Z);
  const { lower, upper } = limitsOf(caller, problem);
  const next = problem.dynamics.next(
    Float64Array.from(start),
    lower.map((x, i) => within(0, x, upper[i] ?? NaN)),
    0,
  );
  if (next.length !== Z)
    throw new Error(`${caller}: dynamics.next must return ${Z} numbers, got ${next.length}`);
}

/** Returns x, or the bound that is nearest to it. */
export function within(x: number, lower: number, upper: number): number {
  return Math.min(upper, Math.max(lower, x));
}

/** Limits as arrays, −∞ and ∞ where there are none. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Returns the limits as arrays; throws if their lengths differ or a lower one exceeds its upper one. */
export function limitsOf(caller: string, { dynamics, limits }: Problem): Bounds {
  const A = dynamics.controlSize;
  if (limits === undefined)
    return { lower: new Float64Array(A).fill(-Infinity), upper: new Float64Array(A).fill(Infinity) };
  const [lower, upper] = [Float64Array.from(limits.lower), Float64Array.from(limits.upper)];
  for (const [name, { length }] of [
    ["lower", lower],
    ["upper", upper],
  ] as const)
    // prettier-ignore
    if (length !== A) throw new Error(`${caller}: limits.${name} must have ${A} numbers, got ${length}`);
  const bad = lower.findIndex((x, i) => !(x <= (upper[i] ?? NaN)));
  if (bad >= 0)
    throw new Error(
      `${caller}: limits.lower must be at most limits.upper, got ${lower[bad] ?? NaN} and ` +
        `${upper[bad] ?? NaN} at ${bad}`,
    );
  return { lower, upper };
}

/** Returns a control within the limits. */
export function clipped(u: Float64Array, { lower, upper }: Bounds): Float64Array {
  return u.map((x, i) => within(x, lower[i] ?? NaN, upper[i] ?? NaN));
}

/**
 * Returns the controls that a planner starts from: the given ones within the limits, 0 by default.
 *
 * @throws if there are not T of them, or one has the wrong length.
 */
export function initialControls(
  caller: string,
  problem: Problem,
  controls: readonly ArrayLike<number>[] | undefined,
): Float64Array[] {
  const { horizon, dynamics } = problem;
  const A = dynamics.controlSize;
  const bounds = limitsOf(caller, problem);
  if (controls === undefined)
    return Array.from({ length: horizon }, () => clipped(new Float64Array(A), bounds));
  if (controls.length !== horizon)
    throw new Error(`${caller}: controls must be those of ${horizon} steps, got ${controls.length}`);
  return controls.map((u, t) => {
    checkLength(caller, `controls[${t}]`, u, A);
    return clipped(Float64Array.from(u), bounds);
  });
}
