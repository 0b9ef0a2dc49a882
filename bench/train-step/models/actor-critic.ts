import { random, stopGradient, tf } from "latent";
import { mlp, type Mlp } from "latent/nn";
import type { Batch, BenchModel } from "../model";

const [STATE, ACTION] = [3, 1];
const [DISCOUNT, ENTROPY_WEIGHT] = [0.99, 0.2];

interface ActorCritic {
  readonly actor: Mlp;
  readonly critics: readonly [Mlp, Mlp];
}

/** Transitions of a replay buffer. */
interface Transitions extends Batch {
  readonly state: tf.Tensor;
  readonly action: tf.Tensor;
  readonly reward: tf.Tensor;
  readonly next: tf.Tensor;
}

/**
 * One update of soft actor-critic (Haarnoja et al. 2018): two critics towards a soft target without gradient,
 * and the actor through them; all by one Adam, and the critics are their own targets.
 */
export const actorCritic: BenchModel<ActorCritic, Transitions> = {
  sizes: { batch: 256, width: 256 },
  warmUp: 20, // after some hundred steps rounding decides whether the critics diverge, in every library
  tolerance: 0.1,
  targets: { "jax-jit": 1.0 },
  describe: ({ batch, width }) =>
    `actor-critic, ${STATE} numbers of state, ${ACTION} action, ${width}-${width} units, batch ${batch}`,

  init(key, { width }) {
    const [actor, first, second] = random.split(key, 3);
    const network = (each: random.Key, inputs: number, outputs: number): Mlp =>
      mlp.init(each, [inputs, width, width, outputs], { output: "linear" });
    return {
      actor: network(actor, STATE, 2 * ACTION),
      critics: [network(first, STATE + ACTION, 1), network(second, STATE + ACTION, 1)],
    };
  },

  batch(key, { batch }) {
    const keys = random.split(key, 4);
    return {
      state: random.normal(keys[0], [batch, STATE]),
      action: random.uniform(keys[1], [batch, ACTION]),
      reward: random.normal(keys[2], [batch, 1]),
      next: random.normal(keys[3], [batch, STATE]),
    };
  },

  loss({ actor, critics }, { state, action, reward, next }, key) {
    const [nowKey, nextKey] = random.split(key);
    const q = (networks: readonly Mlp[], s: tf.Tensor, a: tf.Tensor): [tf.Tensor, tf.Tensor] => {
      const [first, second] = networks.map((network) => mlp.apply(network, tf.concat([s, a], 1)));
      return [first as tf.Tensor, second as tf.Tensor];
    };
    const soft = policy(actor, next, nextKey);
    const value = tf.minimum(...q(critics, next, soft.action)).sub(soft.logProb.mul(ENTROPY_WEIGHT));
    const target = stopGradient(reward.add(value.mul(DISCOUNT))); //                  [B, 1]
    const errors = q(critics, state, action).map((each) => each.sub(target).square().mean());
    const now = policy(actor, state, nowKey);
    const frozen = stopGradient(critics);
    const gain = tf.minimum(...q(frozen, state, now.action)).sub(now.logProb.mul(ENTROPY_WEIGHT));
    return tf.addN(errors).sub(gain.mean());
  },
};

/** An action tanh(u), u ~ N(μ(s), σ(s)²), and its log density, [B, 1]. */
function policy(actor: Mlp, state: tf.Tensor, key: random.Key): { action: tf.Tensor; logProb: tf.Tensor } {
  const [mu, raw] = tf.split(mlp.apply(actor, state), 2, 1) as [tf.Tensor, tf.Tensor];
  const sigma = raw.softplus().add(0.01);
  const epsilon = random.normal(key, mu.shape);
  const u = mu.add(sigma.mul(epsilon));
  const action = u.tanh();
  // log(1 − tanh² u) = 2 (log 2 − u − softplus(−2u))
  const logSlope = u.neg().add(Math.LN2).sub(u.mul(-2).softplus()).mul(2);
  const logNormal = epsilon
    .square()
    .mul(-0.5)
    .sub(sigma.log())
    .sub(0.5 * Math.log(2 * Math.PI));
  return { action, logProb: logNormal.sub(logSlope).sum(1, true) };
}
