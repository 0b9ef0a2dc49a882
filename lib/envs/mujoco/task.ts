import type { RandomStream } from "../../core/random/stream";
import type { Physics } from "./physics";

/** What is to be done in a simulation: where episodes start, what is observed and what is rewarded. */
export interface MujocoTask {
  /** The name, for messages and figures. */
  readonly name: string;
  /** The number of physics steps that an action lasts. */
  readonly substeps: number;
  /** The number of actions after which an episode is truncated. */
  readonly maxSteps: number;
  /** The names of what `observe` returns. */
  readonly observations: readonly string[];
  /** Their units, `"1"` for none. */
  readonly units: readonly string[];
  /**
   * Sets positions, velocities and, if need be, the model at the start of an episode. It is called after
   * MuJoCo's own reset; what follows from positions and velocities is recomputed afterwards.
   *
   * @param random this row's random numbers.
   */
  begin(physics: Physics, random: RandomStream): void;
  /** Returns the observation of the current state. */
  observe(physics: Physics): readonly number[];
  /** Returns the reward of the step that led to the current state. */
  reward(physics: Physics): number;
  /** Whether the task ended in the current state; never by default. */
  isTerminated?(physics: Physics): boolean;
}
