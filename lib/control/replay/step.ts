import type * as tf from "@tensorflow/tfjs";

/**
 * One step of B copies of an environment.
 *
 * @typeParam O an observation, a tree of tensors [B, ...].
 * @typeParam A an action, likewise; whatever else belongs to a step, such as its log-probability, can be a
 *   leaf of it.
 */
export interface Step<O, A> {
  /** The observation before the step. */
  readonly observation: O;
  /** The action. */
  readonly action: A;
  /** The reward, [B]. */
  readonly reward: tf.Tensor;
  /** Whether the task ended in this step, [B] bool. */
  readonly terminated: tf.Tensor;
  /** Whether a limit cut the episode after this step, [B] bool. */
  readonly truncated: tf.Tensor;
  /**
   * The observation after the step, also where the episode ended: `finalObservation` of a vectorized
   * environment.
   */
  readonly nextObservation: O;
}

/** Transitions of n steps, as an update of values needs them. */
export interface Transitions<O, A> {
  /** s_t, leaves [B, ...]. */
  readonly observation: O;
  /** a_t, leaves [B, ...]. */
  readonly action: A;
  /** R = Σ_{k<m} γᵏ r_{t+k}, [B], with m ≤ n steps up to the end of the episode. */
  readonly reward: tf.Tensor1D;
  /** γᵐ, the factor of the value of s_{t+m}, [B]; 0 if the task ended, not if a limit cut the episode. */
  readonly discount: tf.Tensor1D;
  /** s_{t+m}, leaves [B, ...]. */
  readonly nextObservation: O;
  /** The importance weight of the row in the loss, [B]; 1 without priorities. */
  readonly weight: tf.Tensor1D;
}

/** A draw of transitions. */
export interface Sample<O, A> {
  /** The transitions. */
  readonly transitions: Transitions<O, A>;
  /** What `prioritize` takes, one number per row. */
  readonly ids: Float64Array;
}

/** Windows of T steps within episodes, time first. */
export interface Sequences<O, A> {
  /** s_t … s_{t+T}, leaves [T + 1, B, ...]. */
  readonly observation: O;
  /** a_t … a_{t+T−1}, leaves [T, B, ...]. */
  readonly action: A;
  /** The reward, [T, B]. */
  readonly reward: tf.Tensor2D;
  /** Whether the task ended in the step, [T, B] bool; only in the last step of a window. */
  readonly terminated: tf.Tensor2D;
  /** 1 for a step, 0 behind the end of a shorter window, where everything else is 0, too: [T, B]. */
  readonly mask: tf.Tensor2D;
}
