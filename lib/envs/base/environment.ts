import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Space } from "./spaces";

/**
 * A system that is driven by actions, as pure functions: the words are those of Gymnasium and gymnax.
 *
 * Everything has a leading batch axis: one call steps B independent copies. A state is a tree of tensors
 * [B, ...], so that a rollout is a `scan` and can be compiled; `render` is the exception, it reads the state.
 * Nothing is kept between calls, and the caller owns the tensors that a call returns.
 *
 * @typeParam S the state, a tree of tensors [B, ...].
 * @typeParam P the parameters of the system: plain numbers, such as masses in kg.
 */
export interface Environment<S extends object = object, P = unknown> {
  /** The name, for messages and figures. */
  readonly name: string;
  /** The default parameters. */
  readonly params: P;
  /** What an observation is: shape without the batch axis, bounds, names and units. */
  observationSpace(params?: P): Space;
  /** What an action is: `box` for a float32 tensor [B, A], `discrete` for an int32 tensor [B]. */
  actionSpace(params?: P): Space;
  /**
   * Draws the start of n independent episodes.
   *
   * @param n the number of episodes, the batch size B.
   * @returns the state and the observation [B, ...].
   * @throws if `n` is not a positive integer.
   */
  reset(key: Key, n: number, params?: P): Start<S>;
  /**
   * Moves each copy by one step. A row whose episode has ended moves on as if it had not: see `vectorize`.
   *
   * @param key a new key for each step; systems without noise ignore it.
   * @param action [B, A] float32 for a box, where values outside the bounds are clipped to them; [B] int32
   *   for a discrete space.
   * @throws if the action has another shape or type.
   */
  step(key: Key, state: S, action: tf.Tensor, params?: P): Transition<S>;
  /**
   * Paints the state as a picture for each row, a function of the state alone.
   *
   * @returns [B, H, W, 3] float32 with colours from 0 to 1.
   * @throws in a compiled function, because it reads the state.
   */
  render(state: S, params?: P): tf.Tensor4D;
}

/** The start of B episodes: the state, and the observation [B, ...]. */
export type Start<S> = readonly [state: S, observation: tf.Tensor];

/** One step of B episodes. */
export interface Transition<S> {
  /** The state after the step. */
  readonly state: S;
  /** The observation of that state, [B, ...]. */
  readonly observation: tf.Tensor;
  /** The reward of the step, [B] float32. */
  readonly reward: tf.Tensor1D;
  /** Whether the task itself ended: the value of what follows is 0. [B] bool. */
  readonly terminated: tf.Tensor1D;
  /** Whether a limit from outside, such as one of time, cut the episode: bootstrap from it. [B] bool. */
  readonly truncated: tf.Tensor1D;
}

/** The state of an environment. */
export type StateOf<E> = E extends Environment<infer S> ? S : never;
