import { adam, random, tree, useBackend } from "latent";
import { actorCritics, sac, trainAgent } from "latent/control";
import { pendulum, rescaleActions } from "latent/envs";
import type { Mlp } from "latent/nn";

await useBackend();
const env = rescaleActions(pendulum()); // torques from −2 to 2 N·m become actions from −1 to 1
const [initKey, runKey] = random.split(random.key(0));

const agent = sac<Mlp, Mlp>({
  actions: 1,
  actor: (params, seen) => actorCritics.actor(params, seen), //              μ and log σ of each action
  critic: (params, seen, action) => actorCritics.critic(params, seen, action),
  optimizer: adam({ learningRate: 1e-3 }), //                                of policy, critics and temperature
  randomSteps: 100,
});
const params = actorCritics.init(initKey, { features: 3, actions: 1, hidden: [64, 64] });
const state = agent.init(params);
const run = await trainAgent({
  ...{ agent, state, env, key: runKey, steps: 5000, copies: 1, discount: 0.99 },
  ...{ replay: { capacity: 5000 }, batchSize: 128, learnFrom: 100, updatesPerStep: 1 },
  evaluation: { every: 5000, episodes: 9 },
});
const [before = 0, after = 0] = run.curve.evaluations.map(
  ({ returns }) => [...returns].sort((a, b) => a - b)[4],
);
console.log(`${run.step} steps, ${run.updates} updates`);
console.log(`median return below -900 before: ${before < -900}, above -300 after: ${after > -300}`);
tree.dispose([params, state, run.state]);
