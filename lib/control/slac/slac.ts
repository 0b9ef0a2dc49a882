import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { sequenceVae } from "../../models";
import type { State } from "../../models/sequence";
import { checkFilters } from "../../models/sequence/filter";
import type { RecurrentAgent, SequenceBatch } from "../agent";
import type { Transitions } from "../replay";
import { sac, type SacOptions, type SacState } from "../sac";
import { explore } from "../sac/explore";
import { completeOptions } from "../sac/options";
import { medianAction } from "../sac/squashed-normal";
import type { WorldModel } from "../world-model";
import { actOnBelief, beginBelief, type Belief } from "../world-model/belief";
import {
  checkModelOptions,
  learnModel,
  type LearnedModel,
  type ModelLearningOptions,
} from "../world-model/learn";

/** The parameters of stochastic latent actor-critic. */
export interface SlacParams<A, C> {
  /** The sequence VAE with rewards. */
  readonly model: WorldModel;
  /** Parameters of the policy. */
  readonly actor: A;
  /** Parameters of Q₁ and Q₂. */
  readonly critics: readonly [C, C];
}

/** The state of stochastic latent actor-critic, a tree of tensors. */
export interface SlacState<A, C> extends LearnedModel {
  /** The state of soft actor-critic on the latent states. */
  readonly policy: SacState<A, C, Record<string, never>>;
}

/** Options of `slac`: those of `sac` for networks on [h, z], and those of the model. */
export interface SlacOptions<A, C> extends Omit<SacOptions<A, C, never>, "encoder">, ModelLearningOptions {}

/** Stochastic latent actor-critic. */
export interface Slac<A, C> extends RecurrentAgent<SlacState<A, C>, Belief> {
  /** Returns the state of the first update; the caller disposes it. */
  init(params: SlacParams<A, C>): SlacState<A, C>;
  /** One update of the model alone. */
  readonly pretrain: NonNullable<RecurrentAgent<SlacState<A, C>, Belief>["pretrain"]>;
}

/**
 * Returns an agent that learns to act from what it observes through the latent states of a sequence VAE:
 * stochastic latent actor-critic (Lee et al. 2020, "SLAC"; lecture, "Latent variable models in RL").
 *
 * Control and inference have one objective, log p(o_1 … o_t, O_{t+1} … O_T|a): the bound of the model for
 * what was seen, and that of soft actor-critic for what follows. An update is one step of both: sequences
 * give the gradient of the model, and the draws of its posterior are at once the transitions of `sac`, so
 * that no observation is encoded twice. Their gradient stops at the states.
 *
 * The policy and the critics see s_t = [h_t, z_t]. (The policy of the paper sees the last observations and
 * actions instead.) It acts on a draw of the belief, and in evaluation takes tanh μ at the mean of q. An
 * update reports `loss` and what `worldModel.loss` and `sac` do.
 *
 * @throws if an option is out of range.
 */
export function slac<A, C>(options: SlacOptions<A, C>): Slac<A, C> {
  const burnIn = checkModelOptions("slac", options);
  const { actor, rewardScale, randomSteps } = completeOptions("slac", options);
  const policy = sac<A, C>({ ...options, rewardScale: 1 }); // the rewards of the model are scaled, too
  const scaled = (batch: SequenceBatch): SequenceBatch => ({
    ...batch,
    reward: batch.reward.mul(rewardScale),
  });
  return {
    name: "slac",
    sequenceLength: options.sequenceLength,
    init: ({ model, actor: actorParams, critics }) => {
      checkFilters("slac.init", model.vae);
      return tree.tidy(() =>
        tree.clone({
          model,
          modelOptimizer: options.modelOptimizer.init(model),
          policy: policy.init({ actor: actorParams, critics }),
        }),
      );
    },
    begin: ({ model }, n) => beginBelief(model, n),
    act: ({ model, policy: { actor: params } }, memory, observation, key, step) => {
      const [filterKey, actKey] = random.split(key);
      const choose = (features: tf.Tensor): tf.Tensor =>
        explore(actor(params, features), actKey, step, randomSteps);
      return actOnBelief(model, memory, observation, filterKey, choose, { mean: false });
    },
    policy: ({ model, policy: { actor: params } }, memory, observation, key) => {
      const choose = (features: tf.Tensor): tf.Tensor => medianAction(actor(params, features));
      return actOnBelief(model, memory, observation, key, choose, { mean: true });
    },
    pretrain: (state, batch, key) =>
      tree.tidy(() => {
        const { next, metrics } = learnModel(options, state, scaled(batch), key);
        return { state: { ...next, policy: tree.clone(state.policy) }, metrics };
      }),
    update: (state, batch, key) =>
      tree.tidy(() => {
        const [modelKey, policyKey] = random.split(key);
        const given = scaled(batch);
        const { next, states, metrics } = learnModel(options, state, given, modelKey);
        const learned = policy.update(state.policy, transitionsOf(states, given, burnIn), policyKey);
        return { state: { ...next, policy: learned.state }, metrics: { ...metrics, ...learned.metrics } };
      }),
  };
}

/**
 * Returns the states of sequences, [T + 1, B, ...], as transitions of one step each, from the time `burnIn`
 * on: (T − burnIn) B rows.
 */
export function transitionsOf(
  states: State,
  { action, reward, terminated, discount }: SequenceBatch,
  burnIn: number,
): Transitions<tf.Tensor, tf.Tensor> {
  const s = sequenceVae.features(states);
  const [steps = 0] = action.shape;
  const count = steps - burnIn;
  const rows = (x: tf.Tensor, from: number): tf.Tensor => {
    const part = tf.slice(x, from, count);
    return part.reshape([-1, ...x.shape.slice(2)]);
  };
  const goesOn = tf.sub(1, rows(terminated.cast("float32"), burnIn));
  return {
    observation: rows(s, burnIn),
    action: rows(action, burnIn),
    reward: rows(reward, burnIn) as tf.Tensor1D,
    discount: goesOn.mul<tf.Tensor1D>(discount),
    nextObservation: rows(s, burnIn + 1),
    weight: tf.onesLike(goesOn) as tf.Tensor1D,
  };
}
