import { checkCount } from "../core/numeric/check-number";
import { fold, type Key } from "../core/random/key";
import { expandStage, expandTerminal } from "./problem/cost";
import { checkLength, linearize } from "./problem/dynamics";
import { checkProblem, type Guess, type Plan, type Problem, type Trajectory } from "./problem/problem";

/**
 * A planner: returns a plan from a state.
 *
 * @param start z_0, [Z].
 * @param key for planners that draw.
 * @param guess the plan to start from, or undefined if there is none.
 */
export type Planner = (problem: Problem, start: Float64Array, key: Key, guess: Guess | undefined) => Plan;

/** Options of `mpcStep`. */
export interface MpcStepOptions {
  /**
   * The time of the step, from which the plan's steps are counted for the model and the cost; 0 by default.
   */
  readonly time?: number;
  /** The plan to start from, the guess that the last step returned; none by default. */
  readonly guess?: Guess | undefined;
}

/** What one step of model predictive control does. */
export interface MpcStep {
  /** u, the first control of the plan, [A]. */
  readonly control: Float64Array;
  /** The plan. */
  readonly plan: Plan;
  /** What the next step starts from: the plan shifted by a step, with the last control and gain twice. */
  readonly guess: Guess;
}

/**
 * One step of model predictive control: plans from a state, and returns the first control. For a system that
 * is not a function, such as a simulator seen through an encoder.
 *
 * @param start z, [Z].
 * @throws if the start has another length than the states, or the planner throws.
 */
export function mpcStep(
  problem: Problem,
  planner: Planner,
  start: ArrayLike<number>,
  key: Key,
  { time = 0, guess }: MpcStepOptions = {},
): MpcStep {
  checkProblem("mpcStep", problem, start);
  checkCount("mpcStep", "time", time);
  const plan = planner(later(problem, time), Float64Array.from(start), key, guess);
  const [control] = plan.controls;
  if (control === undefined)
    throw new Error("mpcStep: planner must return a plan with at least one control, got none");
  return { control, plan, guess: shifted(plan) };
}

/** The plan from its second step on, with the last control and gain twice. */
function shifted({ states, controls, gains }: Plan): Guess {
  const once = (arrays: readonly Float64Array[]) => [...arrays.slice(1), ...arrays.slice(-1)];
  return { controls: once(controls), states: states.slice(1), gains: gains && once(gains) };
}

/** The first steps of a guess. */
function shortened({ states, controls, gains }: Guess, steps: number): Guess {
  return { controls: controls.slice(0, steps), states, gains: gains?.slice(0, steps) };
}

/** The problem whose step t is step t + time of the given one. */
function later(problem: Problem, time: number): Problem {
  if (time === 0) return problem;
  const { dynamics, cost } = problem;
  return {
    ...problem,
    dynamics: {
      stateSize: dynamics.stateSize,
      controlSize: dynamics.controlSize,
      next: (z, u, t) => dynamics.next(z, u, t + time),
      linear: (z, u, t) => linearize(dynamics, z, u, t + time),
    },
    cost: {
      stage: (z, u, t) => cost.stage(z, u, t + time),
      terminal: (z) => cost.terminal(z),
      expandStage: (z, u, t) => expandStage(cost, z, u, t + time),
      expandTerminal: (z) => expandTerminal(cost, z),
    },
  };
}

/** Options of `mpc`. */
export interface MpcOptions {
  /** The number of steps that are made. */
  readonly steps: number;
  /**
   * The system that is controlled, (z, u, t) → z′, with a key for its noise; the model itself by default.
   */
  readonly system?: (z: Float64Array, u: Float64Array, t: number, key: Key) => Float64Array;
  /** Whether no plan looks beyond the last step; false by default, when all plans have T steps. */
  readonly shrinking?: boolean;
}

/** What model predictive control did. */
export interface MpcRun extends Trajectory {
  /** Σ_t ℓ(z_t, u_t, t) + ℓ_T(z_T) of the states that were reached. */
  readonly cost: number;
  /** The plan of each step. */
  readonly plans: readonly Plan[];
}

/**
 * Model predictive control: plans from every state, makes the first step of the plan, and plans anew from
 * where it leads, with the last plan as the start of the next (its feedback corrects where noise led).
 *
 *     const planner: Planner = (problem, z, key, controls) => cem(problem, z, key, { controls, samples: 100
 *     });
 *     const { states } = mpc(problem, planner, z0, key, { steps: 50 });
 *
 * @param planner any planner: `ilqr`, `cem`, `mppi`, `randomShooting`, `localLqr`, or your own.
 * @param start z_0, [Z].
 * @throws if the start has another length than the states, steps is not a positive integer, or the system
 *   returns a state of another length.
 */
export function mpc(
  problem: Problem,
  planner: Planner,
  start: ArrayLike<number>,
  key: Key,
  { steps, system, shrinking = false }: MpcOptions,
): MpcRun {
  checkProblem("mpc", problem, start);
  checkCount("mpc", "steps", steps, 1);
  const move = system ?? ((state, u, t) => problem.dynamics.next(state, u, t));
  let z: Float64Array = Float64Array.from(start);
  const states = [z];
  const made: MpcStep[] = [];
  let cost = 0;
  let guess: Guess | undefined;
  for (let t = 0; t < steps; t++) {
    const horizon = shrinking ? Math.min(problem.horizon, steps - t) : problem.horizon;
    const step = mpcStep({ ...problem, horizon }, planner, z, fold(key, 2 * t), {
      time: t,
      guess: guess && shortened(guess, horizon),
    });
    made.push(step);
    ({ guess } = step);
    cost += problem.cost.stage(z, step.control, t);
    z = move(z, step.control, t, fold(key, 2 * t + 1));
    checkLength("mpc", "the state that system returns", z, problem.dynamics.stateSize);
    states.push(z);
  }
  return {
    states,
    controls: made.map(({ control }) => control),
    cost: cost + problem.cost.terminal(z),
    plans: made.map(({ plan }) => plan),
  };
}
