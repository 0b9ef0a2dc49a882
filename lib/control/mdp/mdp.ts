import { checkCount } from "../../core/numeric/check-number";

/** Where an action leads: the next state and its probability. */
export type Outcome = readonly [next: number, probability: number];

/**
 * A Markov decision process with finitely many states 0 … S − 1 and actions 0 … A − 1, without rewards.
 *
 * The outcomes of all pairs of state and action stand one after another; those of (s, a) are at the
 * positions from `offsets[s · A + a]` to `offsets[s · A + a + 1]`. An action without outcomes is not
 * available in that state, and a state without actions is terminal.
 */
export interface Mdp {
  /** S. */
  readonly states: number;
  /** A. */
  readonly actions: number;
  /** [S · A + 1]. */
  readonly offsets: Int32Array;
  /** s′ of each outcome. */
  readonly next: Int32Array;
  /** p(s′|s, a) of each outcome. */
  readonly probability: Float64Array;
}

/** What `create` needs. */
export interface MdpOptions {
  /** S, the number of states. */
  readonly states: number;
  /** A, the greatest number of actions in a state. */
  readonly actions: number;
  /** Returns the outcomes of an action; none if it is not available in the state. */
  readonly outcomes: (state: number, action: number) => readonly Outcome[];
}

/** The tolerance for the sum of probabilities, which allows for rounding. */
const TOLERANCE = 1e-9;

/**
 * Returns a Markov decision process from its table of outcomes.
 *
 * @throws if the sizes are not positive integers, a next state is not one of 0 … S − 1, a probability is
 *   negative, or those of an action do not sum to 1.
 */
export function create({ states, actions, outcomes }: MdpOptions): Mdp {
  checkCount("mdp.create", "states", states, 1);
  checkCount("mdp.create", "actions", actions, 1);
  const offsets = new Int32Array(states * actions + 1);
  const next: number[] = [];
  const probability: number[] = [];
  for (let s = 0; s < states; s++)
    for (let a = 0; a < actions; a++) {
      const list = outcomes(s, a);
      checkOutcomes(`outcomes(${s}, ${a})`, list, states);
      for (const [state, p] of list) {
        next.push(state);
        probability.push(p);
      }
      offsets[s * actions + a + 1] = next.length;
    }
  return {
    states,
    actions,
    offsets,
    next: Int32Array.from(next),
    probability: Float64Array.from(probability),
  };
}

function checkOutcomes(name: string, list: readonly Outcome[], states: number): void {
  for (const [state, p] of list) {
    if (!(Number.isInteger(state) && state >= 0 && state < states))
      throw new Error(`mdp.create: ${name} must lead to states from 0 to ${states - 1}, got ${state}`);
    if (!(p >= 0)) throw new Error(`mdp.create: ${name} must have probabilities >= 0, got ${p}`);
  }
  const sum = list.reduce((total, [, p]) => total + p, 0);
  if (list.length > 0 && !(Math.abs(sum - 1) <= TOLERANCE))
    throw new Error(
      `mdp.create: ${name} must have probabilities that sum to 1, got ${sum}; ` +
        "return no outcomes if the action is not available",
    );
}

/** Whether an action is available in a state. */
export function isAvailable({ actions, offsets }: Mdp, state: number, action: number): boolean {
  const row = state * actions + action;
  return (offsets[row + 1] ?? 0) > (offsets[row] ?? 0);
}

/** Whether a state has no actions. */
export function isTerminal({ actions, offsets }: Mdp, state: number): boolean {
  return offsets[(state + 1) * actions] === offsets[state * actions];
}

/** What states and actions are worth. */
export interface Rewards {
  /** r(s, a), [S · A]. */
  readonly stage: Float64Array;
  /** The reward of the last state, that of a terminal state or the one at the horizon, [S]; 0 by default. */
  readonly final?: Float64Array;
}

/** Throws unless rewards have the sizes of the process and are finite; returns the final ones. */
export function checkRewards(caller: string, model: Mdp, { stage, final }: Rewards): Float64Array {
  checkTable(caller, "rewards.stage", stage, model.states * model.actions);
  if (final === undefined) return new Float64Array(model.states);
  checkTable(caller, "rewards.final", final, model.states);
  return final;
}

/** Throws unless a table has `size` finite numbers. */
export function checkTable(caller: string, name: string, table: Float64Array, size: number): void {
  if (table.length !== size)
    throw new Error(`${caller}: ${name} must have ${size} numbers, got ${table.length}`);
  const bad = table.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new Error(`${caller}: ${name} must be finite, got ${table[bad] ?? NaN} at ${bad}`);
}

/** Throws unless `start` is a distribution over the states, [S]. */
export function checkStart(caller: string, { states }: Mdp, start: Float64Array): void {
  checkTable(caller, "start", start, states);
  const sum = start.reduce((total, p) => total + p, 0);
  if (start.some((p) => p < 0) || Math.abs(sum - 1) > TOLERANCE)
    throw new Error(`${caller}: start must be probabilities that sum to 1, got a sum of ${sum}`);
}
