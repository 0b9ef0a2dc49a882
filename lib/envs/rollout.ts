import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../core/numeric/check-number";
import * as random from "../core/random";
import * as tree from "../core/tensor/tree";
import { scan } from "../jit";
import type { Environment } from "./base/environment";
import { vectorize } from "./wrappers/vectorize";

/** A policy: (observation [B, ...], key) → actions, [B, A] float32 or [B] int32. */
export type Policy = (observation: tf.Tensor, key: random.Key) => tf.Tensor;

/** Options of {@link rollout}. */
export interface RolloutOptions<P> {
  /** The number of steps T of each copy. */
  readonly steps: number;
  /** The parameters of the system; those of the environment by default. */
  readonly params?: P;
}

/** T steps of B copies, time first. */
export interface Rollout<S> {
  /** The observation before each step, [T, B, ...]. */
  readonly observation: tf.Tensor;
  /** The action, [T, B, ...]. */
  readonly action: tf.Tensor;
  /** The reward, [T, B]. */
  readonly reward: tf.Tensor2D;
  /** Whether the task ended in this step, [T, B] bool. */
  readonly terminated: tf.Tensor2D;
  /** Whether a limit cut the episode after this step, [T, B] bool. */
  readonly truncated: tf.Tensor2D;
  /** The observation after each step, also the last one of an episode, [T, B, ...]. */
  readonly nextObservation: tf.Tensor;
  /** The state before each step, a tree of tensors [T, B, ...], for pictures and probes. */
  readonly state: S;
}

/**
 * Drives n copies by a policy for T steps. Rows begin a new episode when one has ended.
 *
 * It is one `scan`: within `jit` it is compiled, if policy and environment read no tensor values.
 *
 * @param n the number of copies B.
 * @throws if `n` or `steps` is not a positive integer, or an action has another shape or type.
 */
export function rollout<S extends object, P>(
  env: Environment<S, P>,
  policy: Policy,
  key: random.Key,
  n: number,
  { steps, params = env.params }: RolloutOptions<P>,
): Rollout<S> {
  checkCount("rollout", "n", n, 1);
  checkCount("rollout", "steps", steps, 1);
  const [startKey, stepsKey] = random.split(key);
  const many = vectorize(env);
  return tree.tidy(() => {
    const [first, seen] = many.reset(startKey, n, params);
    const [, taken] = scan(
      ({ state, observation }, t: tf.Tensor) => {
        const [policyKey, stepKey] = random.split(random.fold(stepsKey, t));
        const action = policy(observation, policyKey);
        const moved = many.step(stepKey, state, action, params);
        const { reward, terminated, truncated, finalObservation: nextObservation } = moved;
        const taken = { observation, action, reward, terminated, truncated, nextObservation, state };
        return [{ state: moved.state, observation: moved.observation }, taken] as const;
      },
      { state: first, observation: seen },
      tf.range(0, steps, 1, "int32"),
    );
    return taken as unknown as Rollout<S>; // the leaves are stacked: [T, B, ...]
  });
}
