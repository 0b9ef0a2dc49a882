import { adam, random, schedules, tf, tree } from "latent";
import { actorCritics, sac, trainAgent } from "latent/control";
import { box, type Environment } from "latent/envs";
import type { Mlp } from "latent/nn";
import { expect, test } from "vitest";

interface Goal {
  readonly goal: tf.Tensor1D;
}

/** Tasks of one step: the observation is s, uniform on [−1, 1], and the reward −(a − s/2)². */
const goals: Environment<Goal, object> = {
  name: "goals",
  params: {},
  observationSpace: () => box([1], { low: -1, high: 1 }),
  actionSpace: () => box([1], { low: -1, high: 1 }),
  reset: (key, n) =>
    tree.tidy(() => {
      const goal = random.uniform(key, [n], { min: -1, max: 1 }) as tf.Tensor1D;
      return [{ goal }, goal.expandDims(1)] as const;
    }),
  step: (_key, { goal }, action) =>
    tree.tidy(() => ({
      state: { goal: goal.clone() },
      observation: goal.expandDims(1),
      reward: action.squeeze<tf.Tensor1D>([1]).sub<tf.Tensor1D>(goal.mul(0.5)).square().neg(),
      terminated: tf.ones<tf.Rank.R1>([goal.shape[0]], "bool"),
      truncated: tf.zeros<tf.Rank.R1>([goal.shape[0]], "bool"),
    })),
  render: () => tf.zeros([1, 1, 1, 3]),
};

test("sac finds the policy of the greatest reward and entropy, at its temperature", async () => {
  // π ∝ exp(−(a − s/2)²/α) is normal with σ² = α/2, and has the entropy log σ √(2πe) = H̄
  const targetEntropy = -0.5;
  const alpha = 2 * (Math.exp(targetEntropy) / Math.sqrt(2 * Math.PI * Math.E)) ** 2;
  const slowing = adam({ learningRate: schedules.exponential({ from: 5e-3, to: 5e-4, steps: 2000 }) });
  const agent = sac<Mlp, Mlp>({
    actions: 1,
    actor: actorCritics.actor.bind(actorCritics),
    critic: actorCritics.critic.bind(actorCritics),
    optimizer: { actor: slowing, critics: slowing, temperature: adam({ learningRate: 1e-2 }) },
    temperature: { initial: 0.3, targetEntropy },
    randomSteps: 500,
  });
  const params = actorCritics.init(random.key(1), {
    ...{ features: 1, actions: 1, hidden: [32, 32], activation: "silu" },
  });
  const state = agent.init(params);
  const run = await trainAgent({
    ...{ agent, state, env: goals, key: random.key(2), steps: 4500, copies: 4, discount: 0.9 },
    ...{ replay: { capacity: 10_000 }, batchSize: 128, learnFrom: 500, updatesPerStep: 0.5 },
    evaluation: { every: 4500, episodes: 200 },
  });
  const seen = tf.linspace(-0.9, 0.9, 19).expandDims(1);
  const error = agent.policy(run.state, seen, random.key(0)).sub(seen.mul(0.5)).abs().max();
  expect(error).toBeNear(0, { abs: 0.06 });
  const returns = run.curve.evaluations.at(-1)?.returns ?? [];
  expect(returns.reduce((sum, one) => sum + one, 0) / returns.length).toBeGreaterThan(-0.001);
  // The policy is the best one at its temperature, which has come near the one of the target
  const [temperature = NaN] = run.state.logTemperature.exp().dataSync();
  const actions = agent.act(run.state, tf.zeros([4000, 1]), random.key(4), tf.scalar(1e6));
  const [variance = NaN] = actions.square().mean().dataSync();
  expect(Math.abs(variance / (temperature / 2) - 1)).toBeLessThan(0.2);
  expect(Math.abs(temperature / alpha - 1)).toBeLessThan(0.25);
  tree.dispose([params, state, run.state]);
});
