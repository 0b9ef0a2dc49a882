import { adam, polyak, random, stopGradient, tf, train, useBackend, valueAndGrad } from "latent";
import { bijectors, independent, normal, sampleAndLogProb, transformed } from "latent/distributions";
import { mlp, type Mlp } from "latent/nn";

await useBackend();
const [policyKey, criticKey, runKey] = random.split(random.key(4), 3);

// One state [2] and one action in (−1, 1); the reward is −(a − tanh(s₀ + s₁))², and the best action tanh(s₀ + s₁).
const reward = (s: tf.Tensor, a: tf.Tensor): tf.Tensor => a.sub(s.sum(-1, true).tanh()).square().neg();

/** π(a|s): a normal distribution behind tanh, as in soft actor-critic. */
function policy(params: Mlp, s: tf.Tensor) {
  const [mu, logSigma] = tf.split(mlp.apply(params, s), 2, -1) as [tf.Tensor, tf.Tensor];
  return transformed(independent(normal(mu, logSigma.clipByValue(-4, 1).exp())), bijectors.tanh);
}

const actor = mlp.init(policyKey, [2, 32, 2], { output: "linear", last: { scale: 0.01 } });
const critic = mlp.init(criticKey, [3, 32, 1], { output: "linear" });
const optimizer = adam({ learningRate: 3e-3 });
const TEMPERATURE = 0.01;

const run = await train({
  state: {
    actor,
    critic,
    target: critic,
    actorMemory: optimizer.init(actor),
    criticMemory: optimizer.init(critic),
  },
  batches: (_, key) => ({ s: random.normal(key, [128, 2]) }), // a replay buffer would be asked here
  // Any step: two losses, two optimizers, and a target network
  step: (state, { s }, key) => {
    const [exploreKey, actKey] = random.split(key);
    const a = stopGradient(policy(state.actor, s).sample(exploreKey));
    const value = (q: Mlp, action: tf.Tensor): tf.Tensor => mlp.apply(q, tf.concat([s, action], -1));
    const fitted = valueAndGrad((q: Mlp) => value(q, a).sub(reward(s, a)).square().mean())(state.critic);
    const improved = valueAndGrad((p: Mlp) => {
      const [action, logProb] = sampleAndLogProb(policy(p, s), actKey);
      return logProb
        .mul(TEMPERATURE)
        .sub(value(state.target, action).squeeze([-1]))
        .mean();
    })(state.actor);
    const nextCritic = optimizer.update(fitted.grads, state.criticMemory, state.critic);
    const nextActor = optimizer.update(improved.grads, state.actorMemory, state.actor);
    return [
      {
        actor: nextActor.params,
        actorMemory: nextActor.state,
        critic: nextCritic.params,
        criticMemory: nextCritic.state,
        target: polyak(state.target, nextCritic.params, 0.05),
      },
      { reward: reward(s, a).mean() },
    ];
  },
  steps: 1500,
  key: runKey,
  hooks: [
    {
      every: 500,
      run: ({ step, metrics }) => {
        if (step > 0) console.log(`step ${step}: mean reward ${(metrics["reward"] ?? NaN).toFixed(2)}`);
      },
    },
  ],
});

const s = tf.tensor2d([[0.5, 0.25]]);
const best = policy(run.state.actor, s).mean().dataSync()[0] ?? NaN;
console.log(`action ${best.toFixed(1)}, best ${Math.tanh(0.75).toFixed(1)}`);
