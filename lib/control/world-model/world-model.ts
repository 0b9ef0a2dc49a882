import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { sequenceVae } from "../../models";
import type {
  DrawnStates,
  SequenceLossOptions,
  SequenceVae,
  SequenceVaeOptions,
} from "../../models/sequence";
import { mlp, type Mlp } from "../../nn";
import type { SequenceBatch } from "../agent";

/**
 * A model of what an agent observes and is rewarded for, given its actions: a sequence VAE whose states also
 * give the rewards and, if it has the part, whether the task goes on.
 */
export interface WorldModel {
  /** p(z_1) Π p(z_{t+1}|z_t, a_t) Π p(o_t|z_t), and its encoder. */
  readonly vae: SequenceVae;
  /** From [s_t, a_t, s_{t+1}] to the mean of r_t, with s = [h, z]. */
  readonly reward: Mlp;
  /** σ_r, the standard deviation of rewards. */
  readonly rewardSigma: number;
  /** From s_{t+1} to the logit of the probability that step t did not end the task. */
  readonly continuation?: Mlp;
}

/** Options of `worldModel.init`: those of `sequenceVae.init`, and more. */
export interface WorldModelOptions extends SequenceVaeOptions {
  /** A, the length of an action. */
  readonly actions: number;
  /** Units of the hidden layers of rewards and continuation, [128] by default. */
  readonly hidden?: readonly number[];
  /** σ_r, 1 by default. A smaller one makes rewards more important beside pictures. */
  readonly rewardSigma?: number;
  /** Whether to predict if the task goes on; false by default, for tasks that only a limit ends. */
  readonly continuation?: boolean;
}

/** What `worldModel.loss` reports, means per time step. */
export interface WorldModelMetrics {
  /** The bound on log p(o_1 … o_{T+1}|a), nats, without the rewards. */
  readonly bound: tf.Tensor;
  /** KL(q(z_t|·) ‖ p(z_t|·)), nats. */
  readonly kl: tf.Tensor;
  /** (r_t − mean)². */
  readonly rewardError: tf.Tensor;
  /** −log p of whether the task went on, nats; 0 without the part. */
  readonly continuationLoss: tf.Tensor;
}

/** log √(2π). */
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Returns a model with random weights.
 *
 * @throws if an option is out of range, or the body does not fit the observations.
 */
export function init(key: random.Key, options: WorldModelOptions): WorldModel {
  const caller = "worldModel.init";
  const { hidden = [128], rewardSigma = 1, continuation = false, ...others } = options;
  checkCount(caller, "actions", options.actions, 1);
  checkAbove(caller, "rewardSigma", rewardSigma);
  hidden.forEach((size, i) => checkCount(caller, `hidden[${i}]`, size, 1));
  const [vaeKey, rewardKey, continuationKey] = random.split(key, 3);
  const vae = sequenceVae.init(vaeKey, others);
  const size = sequenceVae.sizes(vae.prior).state;
  const head = (one: random.Key, inputs: number): Mlp =>
    mlp.init(one, [inputs, ...hidden, 1], { activation: "elu", output: "linear" });
  return {
    vae,
    reward: head(rewardKey, 2 * size + options.actions),
    rewardSigma,
    ...(continuation && { continuation: head(continuationKey, size) }),
  };
}

/** A step in the latent space: features [..., S] before and after an action [..., A]. */
export interface LatentStep {
  /** s_t = [h_t, z_t]. */
  readonly from: tf.Tensor;
  /** a_t. */
  readonly action: tf.Tensor;
  /** s_{t+1}. */
  readonly to: tf.Tensor;
}

/** Returns the mean reward of steps, [...]. */
export function reward({ reward: network }: WorldModel, { from, action, to }: LatentStep): tf.Tensor {
  return tf.tidy(() => mlp.apply(network, tf.concat([from, action, to], -1)).squeeze([-1]));
}

/** Returns the logit of the probability that the task goes on in states [..., S], [...]. */
function continuationLogit(network: Mlp, to: tf.Tensor): tf.Tensor {
  return mlp.apply(network, to).squeeze([-1]);
}

/** Returns the probability that the task goes on in states [..., S], [...]; 1 without the part. */
export function continuation({ continuation: network }: WorldModel, to: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    network === undefined ? tf.ones(to.shape.slice(0, -1)) : continuationLogit(network, to).sigmoid(),
  );
}

/**
 * Returns −(bound on log p(o, r, goes on|a)) of sequences, the mean per time step, with metrics and the draws
 * z_t ~ q(z_t|·), of which an agent learns, so that no observation is encoded twice.
 *
 * @param batch sequences of T steps with T + 1 observations, without masked steps.
 * @param options changes of the bound for training, those of `sequenceVae.loss`.
 * @returns [loss, metrics and `states`, [T + 1, B, ...]].
 * @throws as `sequenceVae.loss` does.
 */
export function loss(
  model: WorldModel,
  { observation, action, reward: rewards, terminated }: Omit<SequenceBatch, "mask" | "discount">,
  key: random.Key,
  options: SequenceLossOptions = {},
): readonly [loss: tf.Tensor, aux: Readonly<Record<keyof WorldModelMetrics, tf.Tensor>> & DrawnStates] {
  return tree.tidy(() => {
    const [steps = 0] = action.shape;
    const actions = tf.concat([action, tf.zerosLike(tf.slice(action, 0, 1))]); // the last leads out of it
    const [vaeLoss, { states, bound, kl }] = sequenceVae.lossWithStates(
      model.vae,
      { observations: observation, actions },
      key,
      options,
    );
    const s = sequenceVae.features(states); //                                   [T + 1, B, S]
    const [from, to] = [tf.slice(s, 0, steps), tf.slice(s, 1, steps)];
    const squared = rewards.sub(reward(model, { from, action, to })).square(); // [T, B]
    const { rewardSigma: sigma } = model;
    const rewardLoss = squared.mul(0.5 / sigma ** 2).add(Math.log(sigma) + HALF_LOG_TWO_PI);
    const endLoss = continuationLoss(model, to, terminated);
    const total = (x: tf.Tensor): tf.Tensor => x.sum(0).mean();
    const value = vaeLoss
      .add(total(rewardLoss))
      .add(total(endLoss))
      .div(steps + 1);
    const aux = {
      bound: bound.div(steps + 1),
      kl: kl.div(steps + 1),
      rewardError: squared.mean(),
      continuationLoss: endLoss.mean(),
      states,
    };
    return [value, aux] as const;
  });
}

/** −log p(goes on) or −log p(ends) of each step, [T, B], from the logit. */
function continuationLoss(
  { continuation: network }: WorldModel,
  to: tf.Tensor,
  terminated: tf.Tensor,
): tf.Tensor {
  if (network === undefined) return tf.zeros(terminated.shape);
  const logit = continuationLogit(network, to);
  return logit.softplus().sub(logit.mul(tf.sub(1, terminated.cast("float32"))));
}
