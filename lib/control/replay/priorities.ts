import { checkAbove } from "../../core/numeric/check-number";
import { sumTree, type SumTree } from "./sum-tree";

/** How probabilities depend on errors: P(i) ∝ (|δ_i| + ε)^α. */
export interface PriorityOptions {
  /** α from 0, uniform, to 1, in proportion; 0.6 by default. */
  readonly exponent?: number;
  /** ε, with which a step without an error is drawn, too; 10⁻³ by default. */
  readonly floor?: number;
}

/** The priorities of the steps in the slots of a buffer. */
export interface Priorities {
  /** p^α of each slot, 0 where there is no step. */
  readonly powers: SumTree;
  /** The largest p so far, that of new steps, so that each is drawn at least about once. */
  largest: number;
  /** Gives a new step its priority. */
  insert(slot: number): void;
  remove(slot: number): void;
  /** Sets the priority of a step to that of an error δ. */
  update(slot: number, error: number): void;
}

/**
 * Returns the priorities of no steps (Schaul et al. 2016, proportional variant, algorithm 1).
 *
 * @throws if α is not in [0, 1], or ε is not positive.
 */
export function priorities(slots: number, options: PriorityOptions): Priorities {
  const { exponent = 0.6, floor = 1e-3 } = options;
  if (!(exponent >= 0 && exponent <= 1))
    throw new Error(`replay: priority.exponent must be in [0, 1], got ${exponent}`);
  checkAbove("replay", "priority.floor", floor);
  const powers = sumTree(slots);
  return {
    powers,
    largest: 1,
    insert(slot) {
      powers.set(slot, this.largest ** exponent);
    },
    remove(slot) {
      powers.set(slot, 0);
    },
    update(slot, error) {
      const priority = Math.abs(error) + floor;
      this.largest = Math.max(this.largest, priority);
      powers.set(slot, priority ** exponent);
    },
  };
}
