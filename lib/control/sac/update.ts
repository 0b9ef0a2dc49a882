/** The update of soft actor-critic for given noise: what `sac` compiles, and what other agents build on. */
import type * as tf from "@tensorflow/tfjs";
import { polyak } from "../../core/optim";
import { stopGradient, valueAndGrad } from "../../core/tensor/grad";
import * as tree from "../../core/tensor/tree";
import type { AgentUpdate } from "../agent";
import type { Transitions } from "../replay";
import type { CompleteOptions, Critics, SacState } from "./options";
import { drawAction } from "./squashed-normal";

/** ε ~ N(0, I) of the actions drawn in an update, both [B, A]. */
export interface UpdateNoise {
  /** That of a′, at s′. */
  readonly next: tf.Tensor;
  /** That of a, at s. */
  readonly now: tf.Tensor;
}

/**
 * One update of the critics, then the policy, then the temperature, then the targets.
 *
 *     y    = c R + γᵐ (min Q̄(s′, a′) − α log π(a′|s′))      a′ ~ π(·|s′)
 *     J_Q  = mean of w Σ_i (Q_i(s, a) − y)² / 2
 *     J_π  = mean of α log π(a|s) − min Q(s, a)             a ~ π(·|s), with the new critics
 *     J_α  = −α mean of (log π(a|s) + H̄)                    as a function of log α
 */
export function updateWith<A, C, E>(
  options: CompleteOptions<A, C, E>,
  state: SacState<A, C, E>,
  batch: Transitions<tf.Tensor, tf.Tensor>,
  noise: UpdateNoise,
): AgentUpdate<SacState<A, C, E>> {
  const { actor, encoder, optimizers, tau, rewardScale } = options;
  const { observation, action, reward, discount, nextObservation, weight } = batch;
  const values = (params: Critics<C, E>, features: tf.Tensor, a: tf.Tensor): [tf.Tensor, tf.Tensor] => {
    const [first, second] = params.critics;
    return [options.critic(first, features, a), options.critic(second, features, a)];
  };
  return tree.tidy(() => {
    const alpha = state.logTemperature.exp();

    const ahead = drawAction(actor(state.actor, encoder(state.online.encoder, nextObservation)), noise.next);
    const [one, two] = values(state.target, encoder(state.target.encoder, nextObservation), ahead.action);
    const soft = one.minimum(two).sub(ahead.logProb.mul(alpha)); //                  V(s′)     [B]
    const y = reward.mul(rewardScale).add(discount.mul(soft));
    const critics = valueAndGrad((params: Critics<C, E>) => {
      const [q1, q2] = values(params, encoder(params.encoder, observation), action);
      const [error1, error2] = [y.sub(q1), y.sub(q2)]; //                            δ₁, δ₂    [B]
      const loss = error1.square().add(error2.square()).mul(0.5).mul(weight).mean();
      return [loss, { q1, errors: error1.abs().add<tf.Tensor1D>(error2.abs()).mul<tf.Tensor1D>(0.5) }];
    })(state.online);
    const online = optimizers.critics.update(critics.grads, state.optimizer.critics, state.online);

    const features = stopGradient(encoder(online.params.encoder, observation));
    const policy = valueAndGrad((params: A) => {
      const drawn = drawAction(actor(params, features), noise.now);
      const [q1, q2] = values(online.params, features, drawn.action);
      return [drawn.logProb.mul(alpha).sub(q1.minimum(q2)).mean(), drawn.logProb.mean()];
    })(state.actor);
    const moved = optimizers.actor.update(policy.grads, state.optimizer.actor, state.actor);

    const logProb = policy.aux;
    return {
      state: {
        actor: moved.params,
        online: online.params,
        target: polyak(state.target, online.params, tau),
        ...temperatureAfter(options, state, logProb, { actor: moved.state, critics: online.state }),
      },
      metrics: {
        criticLoss: critics.value,
        actorLoss: policy.value,
        value: critics.aux.q1.mean(),
        entropy: logProb.neg(),
        temperature: alpha,
      },
      errors: critics.aux.errors,
    };
  });
}

/** Moves log α against ∂J_α/∂log α = −α (mean log π + H̄), unless α is fixed. */
function temperatureAfter<A, C, E>(
  { temperature: { targetEntropy }, optimizers }: CompleteOptions<A, C, E>,
  { logTemperature, optimizer }: SacState<A, C, E>,
  logProb: tf.Tensor,
  others: { readonly actor: unknown; readonly critics: unknown },
): Pick<SacState<A, C, E>, "logTemperature" | "optimizer"> {
  if (targetEntropy === undefined)
    return {
      logTemperature: logTemperature.clone(),
      optimizer: { ...others, temperature: tree.clone(optimizer.temperature) },
    };
  const gradient = logTemperature.exp().mul<tf.Scalar>(logProb.add(targetEntropy)).neg<tf.Scalar>();
  const moved = optimizers.temperature.update(gradient, optimizer.temperature, logTemperature);
  return { logTemperature: moved.params, optimizer: { ...others, temperature: moved.state } };
}
