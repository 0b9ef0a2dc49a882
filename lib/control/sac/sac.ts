import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Agent } from "../agent";
import { explore } from "./explore";
import { completeOptions, type SacOptions, type SacParams, type SacState } from "./options";
import { medianAction } from "./squashed-normal";
import { updateWith } from "./update";

/** Soft actor-critic. */
export interface Sac<A, C, E> extends Agent<SacState<A, C, E>> {
  /** Returns the state of the first update, with targets equal to the critics; the caller disposes it. */
  init(params: SacParams<A, C, E>): SacState<A, C, E>;
}

/**
 * Returns an agent that learns a stochastic policy for actions in [−1, 1] from what it did: soft actor-critic
 * with two critics and a learned temperature (Haarnoja et al. 2018, "Soft actor-critic algorithms and
 * applications", algorithm 1). `rescaleActions` makes an environment take such actions.
 *
 *     y    = c R + discount · (min_i Q̄_i(s′, a′) − α log π(a′|s′)),   a′ ~ π(·|s′)
 *     J_Q  = mean of w Σ_i (Q_i(s, a) − y)² / 2
 *     J_π  = mean of α log π(a|s) − min_i Q_i(s, a),                  a ~ π(·|s)
 *     J_α  = −α (mean of log π(a|s) + H̄)
 *
 * It maximizes a bound on the likelihood that all actions are optimal, control as inference: rewards are
 * log-likelihoods, divided by α, and the policy is the variational posterior (Levine 2018).
 *
 * R, the discount and the weights w are those of the transitions. With an `encoder` the observations may be
 * pictures. The evaluated policy takes tanh μ. An update reports `criticLoss`, `actorLoss`, `value` (the mean
 * of Q₁), `entropy` (of the policy, nats) and `temperature` (α).
 *
 * @throws if an option is out of range.
 */
export function sac<A, C, E = Record<string, never>>(options: SacOptions<A, C, E>): Sac<A, C, E> {
  const complete = completeOptions("sac", options);
  const { actions, actor, encoder, optimizers, temperature, randomSteps } = complete;
  return {
    name: "sac",
    init: (params) =>
      tree.tidy(() => {
        // Without an encoder E is {}, as its default says
        const online = { encoder: params.encoder ?? ({} as E), critics: params.critics };
        const logTemperature = tf.scalar(Math.log(temperature.initial));
        return tree.clone({
          actor: params.actor,
          ...{ online, target: tree.clone(online), logTemperature },
          optimizer: {
            actor: optimizers.actor.init(params.actor),
            critics: optimizers.critics.init(online),
            temperature: optimizers.temperature.init(logTemperature),
          },
        });
      }),
    act: (state, observation, key, step) =>
      tf.tidy(() => {
        const output = actor(state.actor, encoder(state.online.encoder, observation));
        return explore(output, key, step, randomSteps);
      }),
    policy: (state, observation) =>
      tf.tidy(() => medianAction(actor(state.actor, encoder(state.online.encoder, observation)))),
    update: (state, batch, key) =>
      tree.tidy(() => {
        const shape = [2, batch.reward.shape[0], actions];
        const [next, now] = tf.unstack(random.normal(key, shape)) as [tf.Tensor, tf.Tensor];
        return updateWith(complete, state, batch, { next, now });
      }),
  };
}
