import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import type { Transitions } from "../replay";

/** What an update of an agent gives. */
export interface AgentUpdate<S> {
  /** The new state, of the structure, shapes and types of the old one. */
  readonly state: S;
  /** Scalars to report. */
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
  /**
   * The error δ of each transition, [B], by which a replay buffer with priorities draws; of agents that learn
   * from transitions.
   */
  readonly errors?: tf.Tensor1D;
}

/**
 * An agent that learns from transitions, as pure functions, which `trainAgent` compiles.
 *
 * @typeParam S the state: parameters, target networks and optimizer states, a tree of tensors.
 */
export interface Agent<S> {
  /** The name, for messages. */
  readonly name: string;
  /**
   * Returns the actions with which experience is collected, exploration included.
   *
   * @param observation [B, ...].
   * @param step the number of steps of the environment before this one, float32 [].
   */
  act(state: S, observation: tf.Tensor, key: Key, step: tf.Scalar): tf.Tensor;
  /** Returns the actions with which the agent is evaluated. */
  policy(state: S, observation: tf.Tensor, key: Key): tf.Tensor;
  /** One update over all parts of the state. */
  update(state: S, batch: Transitions<tf.Tensor, tf.Tensor>, key: Key): AgentUpdate<S>;
  /** One update before those, such as one of a part of the state. */
  readonly pretrain?:
    ((state: S, batch: Transitions<tf.Tensor, tf.Tensor>, key: Key) => AgentUpdate<S>) | undefined;
}
