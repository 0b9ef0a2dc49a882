import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import type { Sequences } from "../replay";
import type { AgentUpdate } from "./agent";

/** The sequences of an update. */
export interface SequenceBatch extends Sequences<tf.Tensor, tf.Tensor> {
  /** γ of the run, []. */
  readonly discount: tf.Scalar;
}

/** An action, and what is remembered after it. */
export interface Remembered<M> {
  /** The actions, [B, A] float32 or [B] int32. */
  readonly action: tf.Tensor;
  /** The memory after them. */
  readonly memory: M;
}

/**
 * An agent that remembers its episode, and learns from sequences, as pure functions, which `trainAgent`
 * compiles. Where observations do not show the whole state, what it remembers is a belief.
 *
 * @typeParam S the state: parameters, target networks and optimizer states, a tree of tensors.
 * @typeParam M the memory of B episodes, a tree of tensors [B, ...].
 */
export interface RecurrentAgent<S, M> {
  /** The name, for messages. */
  readonly name: string;
  /** T, the number of steps of each sequence of an update. */
  readonly sequenceLength: number;
  /** Returns the memory of n episodes that begin. */
  begin(state: S, n: number): M;
  /**
   * Returns the actions with which experience is collected, exploration included.
   *
   * @param memory what is remembered of the episode before this observation.
   * @param observation [B, ...].
   * @param step the number of steps of the environment before this one, float32 [].
   */
  act(state: S, memory: M, observation: tf.Tensor, key: Key, step: tf.Scalar): Remembered<M>;
  /** Returns the actions with which the agent is evaluated. */
  policy(state: S, memory: M, observation: tf.Tensor, key: Key): Remembered<M>;
  /** One update over all parts of the state. */
  update(state: S, batch: SequenceBatch, key: Key): AgentUpdate<S>;
  /** One update before those, such as one of the model alone. */
  readonly pretrain?: ((state: S, batch: SequenceBatch, key: Key) => AgentUpdate<S>) | undefined;
}

/** A policy that remembers the episode; `recurrentPolicy` makes one of an agent. */
export interface RecurrentPolicy<M> {
  /** Returns the memory of n episodes that begin. */
  begin(n: number): M;
  /** Returns the actions for observations [B, ...]. */
  act(memory: M, observation: tf.Tensor, key: Key): Remembered<M>;
}

/**
 * Returns the policy with which an agent is evaluated.
 *
 * @param state the state of the agent, which must not be disposed before the policy is used for the last
 *   time.
 */
export function recurrentPolicy<S, M>(agent: RecurrentAgent<S, M>, state: S): RecurrentPolicy<M> {
  return {
    begin: (n) => agent.begin(state, n),
    act: (memory, observation, key) => agent.policy(state, memory, observation, key),
  };
}
