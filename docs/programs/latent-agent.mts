import { adam, chain, clipByGlobalNorm, random, tf, tree, useBackend } from "latent";
import { actorCritics, evaluate, recurrentPolicy, slac, trainAgent, worldModel } from "latent/control";
import { actionRepeat, box, mapObservation, pendulum, rescaleActions } from "latent/envs";
import type { Mlp } from "latent/nn";

await useBackend();

// Only cos θ and sin θ are seen: the velocity is hidden.
const env = mapObservation(
  actionRepeat(rescaleActions(pendulum()), 2),
  (seen) => tf.slice(seen, [0, 0], [-1, 2]),
  () => box([2], { low: -1, high: 1 }),
);
const [modelKey, policyKey, runKey, lookKey] = random.split(random.key(0), 4);
const [Z, H] = [4, 32]; // the sizes of the stochastic and of the deterministic part of a state

const agent = slac<Mlp, Mlp>({
  actions: 1,
  actor: (params, features) => actorCritics.actor(params, features),
  critic: (params, features, action) => actorCritics.critic(params, features, action),
  optimizer: adam({ learningRate: 5e-4 }),
  modelOptimizer: chain(clipByGlobalNorm(100), adam({ learningRate: 1e-3 })),
  ...{ sequenceLength: 8, burnIn: 3, rewardScale: 0.1, randomSteps: 400 },
});
const model = worldModel.init(modelKey, {
  ...{ observation: [2], latent: Z, actions: 1, rewardSigma: 0.3, hidden: [32] },
  prior: { kind: "recurrent", recurrent: H, hidden: [32] },
  encoder: { hidden: [32] },
  decoder: { sigma: 0.1 },
});
const networks = actorCritics.init(policyKey, { features: H + Z, actions: 1, hidden: [32, 32] });
const state = agent.init({ model, ...networks });

// Far too few steps to learn the swing-up; enough to see what an update reports.
const run = await trainAgent({
  ...{ agent, state, env, key: runKey, steps: 440, copies: 4, discount: 0.97 },
  ...{ replay: { capacity: 2000 }, batchSize: 16, learnFrom: 400, updatesPerStep: 0.25 },
  hooks: [
    {
      every: Infinity,
      run: ({ step, updates, metrics }) => {
        if (step > 0)
          console.log(`${step} steps, ${updates} updates: ${Object.keys(metrics).sort().join(", ")}`);
      },
    },
  ],
});
const { lengths } = await evaluate(env, recurrentPolicy(agent, run.state), lookKey, { episodes: 2 });
const belief = agent.begin(run.state, 2);
console.log(`episodes of ${lengths.join(" and ")} steps`);
console.log(`belief: z [${belief.state.z.shape.join(", ")}], h [${belief.state.h?.shape.join(", ") ?? ""}]`);
tree.dispose([model, networks, state, run.state, belief]);
