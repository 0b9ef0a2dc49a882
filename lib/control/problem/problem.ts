import { checkCount } from "../../core/numeric/check-number";
import { plus, product } from "../../core/numeric/flat-matrix";
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
  /**
   * K_t, T arrays row by row [A · Z], of planners that compute feedback: u_t + K_t (z − z_t) corrects a
   * deviation from the plan.
   */
  readonly gains?: readonly Float64Array[];
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
 * Where a planner starts from: controls, and, if known, how to correct them where the start is another than
 * the plan expected. A plan is such a guess.
 */
export interface Guess {
  /** T arrays [A]. */
  readonly controls: readonly ArrayLike<number>[];
  /** The states that the controls were planned for; at least T arrays [Z]. */
  readonly states?: readonly Float64Array[] | undefined;
  /** K_t, T arrays row by row [A · Z]; u_t + K_t (z − z_t) takes the place of u_t. Needs `states`. */
  readonly gains?: readonly Float64Array[] | undefined;
}

/**
 * Returns the controls that a planner starts from, within the limits: 0 without a guess.
 *
 * @throws if the guess does not have the problem's steps, or an array has the wrong length.
 */
export function initialControls(
  caller: string,
  problem: Problem,
  start: ArrayLike<number>,
  guess: Guess | undefined,
): Float64Array[] {
  const { horizon, dynamics } = problem;
  const [Z, A] = [dynamics.stateSize, dynamics.controlSize];
  const bounds = limitsOf(caller, problem);
  if (guess === undefined) return Array.from({ length: horizon }, () => clipped(new Float64Array(A), bounds));
  const { controls, states, gains } = guess;
  checkSteps(caller, "controls", controls, horizon, A);
  if (gains === undefined || states === undefined)
    return controls.map((u) => clipped(Float64Array.from(u), bounds));
  checkSteps(caller, "gains", gains, horizon, A * Z);
  checkSteps(caller, "states", states.slice(0, horizon), horizon, Z);
  let z: Float64Array = Float64Array.from(start);
  return controls.map((planned, t) => {
    const deviation = plus(z, states[t] ?? z, -1);
    const correction = product(gains[t] ?? new Float64Array(A * Z), deviation, Z);
    const u = clipped(plus(Float64Array.from(planned), correction), bounds);
    z = dynamics.next(z, u, t);
    return u;
  });
}

/** Throws unless a part of a guess has an array of `size` numbers for each step. */
function checkSteps(
  caller: string,
  name: string,
  arrays: readonly ArrayLike<number>[],
  horizon: number,
  size: number,
): void {
  if (arrays.length !== horizon)
    throw new Error(`${caller}: guess.${name} must be those of ${horizon} steps, got ${arrays.length}`);
  arrays.forEach((values, t) => checkLength(caller, `guess.${name}[${t}]`, values, size));
}
