import { adam, random, schedules, tree, useBackend } from "latent";
import { qLearning, trainAgent, type QNetwork } from "latent/control";
import { gridWorld } from "latent/envs";
import { aggregate } from "latent/metrics";
import { mlp, type Mlp } from "latent/nn";

await useBackend();
const env = gridWorld({ map: ["S    ", " ### ", " X  G"], maxSteps: 30 }); // the goal gives 1, the trap −1

/** Q(s, ·) of two hidden layers, [B, 4]. */
const network: QNetwork<Mlp> = (params, seen) => mlp.apply(params, seen);

async function finalReturn(seed: number): Promise<number> {
  const [initKey, runKey] = random.split(random.key(seed));
  const agent = qLearning<Mlp>({
    network,
    optimizer: adam({ learningRate: 3e-3 }),
    epsilon: schedules.linear({ from: 1, to: 0.05, steps: 1500 }),
    target: { polyak: 0.05 },
  });
  const params = mlp.init(initKey, [2, 32, 32, 4], { output: "linear" });
  const state = agent.init(params);
  const run = await trainAgent({
    ...{ agent, state, env, key: runKey, steps: 3000, discount: 0.9, learnFrom: 200 },
    replay: { capacity: 3000, priority: {} }, // drawn by TD error
    evaluation: { every: 3000, episodes: 10 },
  });
  tree.dispose([params, state, run.state]);
  const returns = run.curve.evaluations.at(-1)?.returns ?? [];
  return returns.reduce((sum, one) => sum + one, 0) / returns.length;
}

const scores: number[] = [];
for (let seed = 0; seed < 3; seed++) scores.push(await finalReturn(seed));
const { estimate, lower, upper } = aggregate.bootstrap([scores], aggregate.interquartileMean, random.key(0));
console.log(`returns of three seeds: ${scores.map((score) => score.toFixed(2)).join(", ")}`);
console.log(`interquartile mean ${estimate.toFixed(2)}, interval ${lower.toFixed(2)} to ${upper.toFixed(2)}`);
