import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { checkFilters } from "../../models/sequence/filter";
import type { RecurrentAgent, SequenceBatch } from "../agent";
import { explore } from "../sac/explore";
import { medianAction } from "../sac/squashed-normal";
import { actOnBelief, beginBelief, type Belief } from "../world-model/belief";
import { checkModelOptions, learnModel } from "../world-model/learn";
import { completeOptions, type ImaginedOptions, type ImaginedParams, type ImaginedState } from "./options";
import { updateBehaviour } from "./update";

/** An actor-critic on imagined rollouts. */
export interface ImaginedActorCritic<A, V> extends RecurrentAgent<ImaginedState<A, V>, Belief> {
  /** Returns the state of the first update; the caller disposes it. */
  init(params: ImaginedParams<A, V>): ImaginedState<A, V>;
  /** One update of the model alone. */
  readonly pretrain: NonNullable<RecurrentAgent<ImaginedState<A, V>, Belief>["pretrain"]>;
}

/**
 * Returns an agent that learns to act on short rollouts in the latent space of a sequence VAE: an
 * actor-critic in imagination (Hafner et al. 2020, "Dreamer", algorithm 1; lecture, "Latent
 * variable models in RL").
 *
 * An update is one compiled step: sequences give the gradient of the model; from each state of its posterior
 * (those of the first `burnIn` observations left out) the policy is rolled out for H steps in the new model;
 *
 *     R_t = r_t + γ_t ((1 − λ) v̄(s_{t+1}) + λ R_{t+1}),   γ_t = γ · p(goes on|s_{t+1})
 *
 * and the policy maximizes the mean of R_t + η · entropy, through the model, by the score function, or by a
 * mix of both (`scoreFunction`), while the value function learns R_t.
 *
 * The model must be a simulator: with a small σ_o its posterior is too precise for its prior to predict, and
 * the policy learns what only the model believes. An update reports `loss` and what `worldModel.loss` does,
 * `actorLoss`, `valueLoss`, `imaginedReturn` (the mean of R_t, scaled) and `entropy` (nats).
 *
 * @throws if an option is out of range.
 */
export function imaginedActorCritic<A, V>(given: ImaginedOptions<A, V>): ImaginedActorCritic<A, V> {
  const options = completeOptions(given);
  const burnIn = checkModelOptions("imaginedActorCritic", options);
  const { actor: network, optimizer, rewardScale, randomSteps, sequenceLength } = options;
  const scaled = (batch: SequenceBatch): SequenceBatch => ({
    ...batch,
    reward: batch.reward.mul(rewardScale),
  });
  return {
    name: "imaginedActorCritic",
    sequenceLength,
    init: ({ model, actor, value }) => {
      checkFilters("imaginedActorCritic.init", model.vae);
      return tree.tidy(() =>
        tree.clone({
          ...{ model, modelOptimizer: options.modelOptimizer.init(model) },
          ...{ actor, value, targetValue: tree.clone(value) },
          optimizer: { actor: optimizer.init(actor), value: optimizer.init(value) },
        }),
      );
    },
    begin: ({ model }, n) => beginBelief(model, n),
    act: ({ model, actor }, memory, observation, key, step) => {
      const [filterKey, actKey] = random.split(key);
      const choose = (features: tf.Tensor): tf.Tensor =>
        explore(network(actor, features), actKey, step, randomSteps);
      return actOnBelief(model, memory, observation, filterKey, choose, { mean: false });
    },
    policy: ({ model, actor }, memory, observation, key) => {
      const choose = (features: tf.Tensor): tf.Tensor => medianAction(network(actor, features));
      return actOnBelief(model, memory, observation, key, choose, { mean: true });
    },
    pretrain: (state, batch, key) =>
      tree.tidy(() => {
        const { next, metrics } = learnModel(options, state, scaled(batch), key);
        const { actor, value, targetValue, optimizer: moments } = state;
        const rest = tree.clone({ actor, value, targetValue, optimizer: moments });
        return { state: { ...rest, ...next }, metrics };
      }),
    update: (state, batch, key) =>
      tree.tidy(() => {
        const [modelKey, imagineKey] = random.split(key);
        const { next, states, metrics } = learnModel(options, state, scaled(batch), modelKey);
        // Not from the last observation: the task may have ended there
        const count = sequenceLength - burnIn;
        const rows = (x: tf.Tensor): tf.Tensor =>
          tf.slice(x, burnIn, count).reshape([-1, ...x.shape.slice(2)]);
        const start = tree.map(rows, states);
        const from = { model: next.model, start, discount: batch.discount };
        const learned = updateBehaviour(options, state, from, imagineKey);
        return { state: { ...next, ...learned.state }, metrics: { ...metrics, ...learned.metrics } };
      }),
  };
}
