/** What the loop does differently for the two kinds of agents; to it, each has a memory, if an empty one. */
import * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { selectRows } from "../../envs/base/rows";
import type { Replay, SampleOptions } from "../replay";
import type { Agent, AgentUpdate } from "./agent";
import type { RecurrentAgent, RecurrentPolicy, Remembered } from "./recurrent-agent";

/** A tree of tensors [B, ...]; `{}` of agents that do not remember. */
export type Memory = object;

/** An agent of either kind. */
export type AnyAgent<S> = Agent<S> | RecurrentAgent<S, Memory>;

/** A batch for an update, and the ids by which its priorities are set. */
export interface Batch {
  readonly data: object;
  readonly ids?: Float64Array;
}

/** Either kind as the loop sees it. */
export interface LoopAgent<S> {
  begin(state: S, n: number): Memory;
  /** Begins the memory of the rows that are `fresh` anew, and acts. */
  act(
    state: S,
    memory: Memory,
    fresh: tf.Tensor,
    observation: tf.Tensor,
    key: random.Key,
    step: tf.Scalar,
  ): Remembered<Memory>;
  policy(state: S, memory: Memory, observation: tf.Tensor, key: random.Key): Remembered<Memory>;
  /** T, or 1 for transitions. */
  readonly sequenceLength: number;
  /** Draws the batch of an update. */
  draw(kept: Replay<tf.Tensor, tf.Tensor>, key: random.Key, options: SampleOptions): Batch;
  update(state: S, data: object, key: random.Key): AgentUpdate<S>;
  readonly pretrain: ((state: S, data: object, key: random.Key) => AgentUpdate<S>) | undefined;
}

/** Returns whether an agent remembers its episode. */
export function isRecurrent<S>(agent: AnyAgent<S>): agent is RecurrentAgent<S, Memory> {
  return "sequenceLength" in agent;
}

/** Returns an agent of either kind as the loop sees it. */
export function loopAgent<S>(agent: AnyAgent<S>): LoopAgent<S> {
  return isRecurrent(agent) ? ofSequences(agent) : ofTransitions(agent);
}

function ofTransitions<S>(agent: Agent<S>): LoopAgent<S> {
  // The loop gives each agent what its own `draw` made
  const typed = (data: object): Parameters<Agent<S>["update"]>[1] =>
    data as Parameters<Agent<S>["update"]>[1];
  const { pretrain } = agent;
  return {
    begin: () => ({}),
    act: (state, memory, _fresh, observation, key, step) => ({
      action: agent.act(state, observation, key, step),
      memory,
    }),
    policy: (state, memory, observation, key) => ({ action: agent.policy(state, observation, key), memory }),
    sequenceLength: 1,
    draw(kept, key, options) {
      const { transitions, ids } = kept.sample(key, options);
      return { data: transitions, ids };
    },
    update: (state, data, key) => agent.update(state, typed(data), key),
    pretrain: pretrain && ((state, data, key) => pretrain(state, typed(data), key)),
  };
}

function ofSequences<S>(agent: RecurrentAgent<S, Memory>): LoopAgent<S> {
  const typed = (data: object): Parameters<RecurrentAgent<S, Memory>["update"]>[1] =>
    data as Parameters<RecurrentAgent<S, Memory>["update"]>[1];
  const { sequenceLength: length, pretrain } = agent;
  return {
    begin: (state, n) => agent.begin(state, n),
    act: (state, memory, fresh, observation, key, step) => {
      const begun = selectRows(fresh, agent.begin(state, fresh.size), memory);
      return agent.act(state, begun, observation, key, step);
    },
    policy: (state, memory, observation, key) => agent.policy(state, memory, observation, key),
    sequenceLength: length,
    draw: (kept, key, { batchSize, discount }) => ({
      data: { ...kept.sequences(key, { batchSize, length }), discount: tf.scalar(discount) },
    }),
    update: (state, data, key) => agent.update(state, typed(data), key),
    pretrain: pretrain && ((state, data, key) => pretrain(state, typed(data), key)),
  };
}

/** A policy as `evaluate` runs it. */
export type AnyPolicy = ((observation: tf.Tensor, key: random.Key) => tf.Tensor) | RecurrentPolicy<Memory>;

/** Returns a policy without a memory as one with an empty one. */
export function loopPolicy(policy: AnyPolicy): RecurrentPolicy<Memory> {
  if (typeof policy !== "function") return policy;
  return {
    begin: () => ({}),
    act: (memory, observation, key) => ({ action: policy(observation, key), memory }),
  };
}

/** Returns the memory after a step; frees that before it. */
export function replaceMemory(before: Memory, after: Memory): Memory {
  const kept = tree.leaves(after);
  tree.dispose(tree.leaves(before).filter((leaf) => !kept.includes(leaf)));
  return after;
}
