import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { adam, chain, clipByGlobalNorm, processor, random, schedules, tf, tree, useBackend } from "latent";
import {
  qLearning,
  trainAgent,
  type HuberLoss,
  type QNetwork,
  type QState,
  type TrainAgentOptions,
} from "latent/control";
import { cartPole, keyDoorRoom, pixels, type Environment } from "latent/envs";
import { aggregate } from "latent/metrics";
import { mlp, type Mlp } from "latent/nn";
import { table } from "./statistics";

const USAGE = `npm run bench -- q-learning [options]
  Returns of double DQN by the number of steps, over seeds.
  --task NAME     cart-pole, key-door (from the state) or key-door-pixels (32 × 32)
  --seeds N       seeds (5)
  --steps N       steps of the environment; those of the task by default`;

/** A task: an environment, the size of a flat observation, and what is to be reached. */
interface Task {
  readonly env: Environment;
  /** What rewards are multiplied by in training, so that values are of the size of 1. */
  readonly scale: number;
  readonly inputs: number;
  readonly actions: number;
  readonly steps: number;
  readonly every: number;
  /** The mean return that the whole interval must exceed at the end. */
  readonly reached: number;
  readonly settings: Pick<
    TrainAgentOptions<QState<Mlp>, object, unknown>,
    "discount" | "returnSteps" | "updatesPerStep" | "learnFrom" | "replay"
  >;
  readonly explore: { readonly steps: number; readonly to: number };
  readonly learningRate: number;
  readonly loss: "squared" | HuberLoss;
}

const room = {
  scale: 1,
  actions: 5,
  settings: {
    discount: 0.97,
    returnSteps: 3,
    updatesPerStep: 0.25,
    learnFrom: 2000,
    replay: { capacity: 100_000 },
  },
  explore: { steps: 60_000, to: 0.05 },
  learningRate: 5e-4,
  loss: { huber: 1 },
} as const;

const tasks: Readonly<Record<string, Task>> = {
  "cart-pole": {
    env: cartPole(),
    scale: 0.01,
    inputs: 4,
    actions: 2,
    steps: 60_000,
    every: 5000,
    reached: 400,
    settings: {
      discount: 0.99,
      returnSteps: 3,
      updatesPerStep: 0.5,
      learnFrom: 1000,
      replay: { capacity: 60_000 },
    },
    explore: { steps: 10_000, to: 0.05 },
    learningRate: 3e-4,
    loss: "squared",
  },
  "key-door": {
    env: keyDoorRoom(),
    inputs: 5,
    steps: 100_000,
    every: 10_000,
    reached: 1.5,
    ...room,
  },
  "key-door-pixels": {
    env: pixels(keyDoorRoom({ size: 32 }) as Environment, [32, 32]),
    inputs: 32 * 32 * 3,
    steps: 60_000,
    every: 5000,
    reached: 1,
    ...room,
  },
};

/** Multiplies all rewards. */
function scaled(env: Environment, factor: number): Environment {
  return {
    ...env,
    step: (...given) => {
      const { reward, ...rest } = env.step(...given);
      return { ...rest, reward: reward.mul(factor) };
    },
  };
}

/** Trains one seed; returns the mean return of each evaluation by its step. */
async function train(task: Task, seed: number, steps: number): Promise<Map<number, number>> {
  const [initKey, runKey] = random.split(random.key(seed));
  const network: QNetwork<Mlp> = (params, seen) => mlp.apply(params, seen.reshape([-1, task.inputs]));
  const agent = qLearning<Mlp>({
    network,
    optimizer: chain(clipByGlobalNorm(10), adam({ learningRate: task.learningRate })),
    epsilon: schedules.linear({ from: 1, start: task.settings.learnFrom ?? 0, ...task.explore }),
    target: { polyak: 0.01 },
    loss: task.loss,
  });
  const params = mlp.init(initKey, [task.inputs, 128, 128, task.actions], { output: "linear" });
  const state = agent.init(params);
  const run = await trainAgent({
    agent,
    state,
    env: scaled(task.env, task.scale),
    steps,
    key: runKey,
    ...task.settings,
    evaluation: { every: task.every, episodes: 20, env: task.env },
  });
  tree.dispose([params, state, run.state]);
  return new Map(
    run.curve.evaluations.map(({ step, returns }) => [
      step,
      returns.reduce((sum, one) => sum + one, 0) / returns.length,
    ]),
  );
}

/**
 * Trains double DQN on a task with several seeds.
 *
 * @returns whether the interval of the interquartile mean ends above the return that is to be reached.
 */
export async function qLearningCurves(parameters: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      task: { type: "string", default: "cart-pole" },
      seeds: { type: "string", default: "5" },
      steps: { type: "string" },
    },
  });
  const task = tasks[values.task];
  const [seeds, steps] = [Number(values.seeds), Number(values.steps ?? task?.steps)];
  if (task === undefined || ![seeds, steps].every((n) => Number.isInteger(n) && n > 0))
    throw new Error(`bench q-learning: the task must be known, and seeds and steps positive\n${USAGE}`);
  await useBackend();
  const curves: Map<number, number>[] = [];
  const begin = process.cpuUsage();
  for (let seed = 0; seed < seeds; seed++) {
    curves.push(await train(task, seed, steps));
    console.log(`seed ${seed}: ${[...(curves.at(-1)?.values() ?? [])].map((x) => x.toFixed(2)).join(" ")}`);
  }
  const { user, system } = process.cpuUsage(begin);
  console.log(
    `\n${values.task}, ${seeds} seeds, ${((user + system) / 1e6 / seeds).toFixed(0)} CPU s a seed; ` +
      `${processor().name}, ${availableParallelism()} threads, ` +
      `load average ${loadavg()[0]?.toFixed(1) ?? "?"}, tensors left ${tf.memory().numTensors}\n`,
  );
  const rows = [...(curves[0]?.keys() ?? [])].map((step) => {
    const scores = curves.map((curve) => curve.get(step) ?? NaN);
    const { estimate, lower, upper } = aggregate.bootstrap(
      [scores],
      aggregate.interquartileMean,
      random.key(step),
    );
    return { step, estimate, lower, upper };
  });
  const text = (x: number): string => x.toFixed(2);
  console.log(
    table(
      ["steps", "interquartile mean of the return", "95 % interval"],
      rows.map(({ step, estimate, lower, upper }) => [
        String(step),
        text(estimate),
        `${text(lower)} – ${text(upper)}`,
      ]),
    ),
  );
  return (rows.at(-1)?.lower ?? NaN) >= task.reached;
}
