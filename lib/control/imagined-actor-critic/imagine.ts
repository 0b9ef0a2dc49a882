import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { scan } from "../../jit";
import { sequenceVae } from "../../models";
import type { State } from "../../models/sequence";
import { draw } from "../../models/sequence/parts/gaussian";
import { advance, next, stateOf } from "../../models/sequence/parts/prior";
import { drawAction } from "../sac/squashed-normal";
import * as worldModel from "../world-model";
import type { LatentStep, WorldModel } from "../world-model";

/** Rollouts of a policy in a model, time first. */
export interface Imagined extends LatentStep {
  /** log π(a_t|s_t), [H, N]. */
  readonly logProb: tf.Tensor;
  /** The mean reward of each step, [H, N]. */
  readonly reward: tf.Tensor;
  /** The probability that the task goes on after each step, [H, N]. */
  readonly continuation: tf.Tensor;
  /** ε with which the actions were drawn, [H, N, A]. */
  readonly noise: tf.Tensor;
}

/** How to imagine. */
export interface ImagineOptions {
  /** H, the number of steps. */
  readonly horizon: number;
  /** Features [N, S] → outputs of the policy, [N, 2A]. */
  readonly policy: (features: tf.Tensor) => tf.Tensor;
}

/**
 * Rolls a policy out in a model: a_t ~ π(·|s_t), z_{t+1} ~ p(z_{t+1}|z_t, a_t), without observations. All
 * draws are reparameterized, so that gradients with respect to the policy flow through the model.
 *
 * @param start the first states, [N, ...].
 * @returns rollouts with features s_t, [H, N, S], and actions, [H, N, A].
 * @throws if H is not a positive integer.
 */
export function imagine(
  model: WorldModel,
  start: State,
  key: random.Key,
  { horizon, policy }: ImagineOptions,
): Imagined {
  checkCount("imagine", "horizon", horizon, 1);
  const { prior } = model.vae;
  const { latent, actions } = sequenceVae.sizes(prior);
  return tree.tidy(() => {
    const [rows = 0] = start.z.shape;
    const noises = random.normal(key, [horizon, rows, actions + latent]);
    const [noise, latentNoise] = tf.split(noises, [actions, latent], 2) as [tf.Tensor, tf.Tensor];
    const [, { from, to, action, logProb }] = scan(
      (state: State, now: { noise: tf.Tensor; latentNoise: tf.Tensor }) => {
        const s = sequenceVae.features(state); //                        s_t            [N, S]
        const drawn = drawAction(policy(s), now.noise); //               a_t ~ π(·|s_t) [N, A]
        const context = advance(prior, state, drawn.action);
        const z = draw(next(prior, context), now.latentNoise); //        z_{t+1} ~ p    [N, Z]
        const after = stateOf(prior, context, z);
        const step = { from: s, to: sequenceVae.features(after), action: drawn.action };
        return [after, { ...step, logProb: drawn.logProb }] as const;
      },
      start,
      { noise, latentNoise },
    );
    const steps = { from, action, to };
    const [reward, continuation] = [worldModel.reward(model, steps), worldModel.continuation(model, to)];
    return { ...steps, logProb, reward, continuation, noise };
  });
}
