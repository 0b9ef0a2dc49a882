import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { adam, fit, processor, random, schedules, tf, tree, useBackend } from "latent";
import {
  cem,
  type Dynamics,
  ilqr,
  localLqr,
  mlpDynamics,
  mpc,
  mppi,
  type Planner,
  type Problem,
  quadraticCost,
  randomShooting,
} from "latent/control";
import { mlp, plainMlp } from "latent/nn";
import { median, quantile, table } from "./statistics";

const USAGE = `npm run bench -- planners [options]
  Milliseconds for a plan 10 steps ahead with a learned model of 2 states and 2 controls.
  --rounds N      drives per planner, alternating (20)
  --hidden N      units of the two hidden layers of the model (50)`;

/** The longest accepted median time of a plan of iLQR, ms. */
const ALLOWED = 5;

const HORIZON = 10;
const STEPS = 25;

/** Steering in a current: the system that the model learns. */
function drift([x = NaN, y = NaN]: Float64Array, [a = NaN, b = NaN]: Float64Array): Float64Array {
  const grip = 0.3 + 0.1 * Math.sin(2 * y);
  return Float64Array.of(x + grip * a + 0.1 * Math.sin(3 * y), y + grip * b - 0.1 * Math.sin(2 * x));
}

/** Learns the change of the state by a network of two hidden layers. */
async function learn(hidden: number): Promise<Dynamics> {
  const stream = random.stream(random.key(1));
  const rows = Array.from({ length: 8000 }, () => {
    const z = Float64Array.from([0, 0], () => stream.uniform(-2.5, 2.5));
    const u = Float64Array.from([0, 0], () => stream.uniform(-1, 1));
    return { x: [...z, ...u], y: [...drift(z, u).map((after, i) => after - (z[i] ?? NaN))] };
  });
  const data = { x: tf.tensor2d(rows.map(({ x }) => x)), y: tf.tensor2d(rows.map(({ y }) => y)) };
  const params = mlp.init(random.key(2), [4, hidden, hidden, 2], { activation: "tanh", output: "linear" });
  const { state } = await fit({
    params,
    data,
    loss: (model, { x, y }) => [mlp.apply(model, x).sub(y).square().mean(), {}],
    optimizer: adam({ learningRate: schedules.cosine({ from: 5e-3, to: 1e-5, steps: 3000 }) }),
    batchSize: 200,
    steps: 3000,
    key: random.key(3),
  });
  const network = plainMlp(state.params);
  tree.dispose([data, params]);
  return mlpDynamics(network);
}

/** The planners by name; each starts from the last plan. */
const planners: Readonly<Record<string, Planner>> = {
  "LQR about the state, clipped": (problem, z) => localLqr(problem, z),
  "iLQR, at most 10 iterations": (problem, z, _, guess) =>
    ilqr(problem, z, { iterations: 10, tolerance: 1e-4, guess }),
  "CEM 4 × 64, correlation 0.8": (problem, z, key, guess) =>
    cem(problem, z, key, { correlation: 0.8, guess }),
  "CEM 4 × 64": (problem, z, key, guess) => cem(problem, z, key, { guess }),
  "MPPI 256": (problem, z, key, guess) => mppi(problem, z, key, { samples: 256, temperature: 0.1, guess }),
  "random shooting 300": (problem, z, key, guess) => randomShooting(problem, z, key, { guess }),
};

/** What a planner did: the milliseconds of each plan, and the costs of its drives. */
interface Result {
  readonly milliseconds: number[];
  readonly costs: number[];
}

/**
 * Times every planner in model predictive control of a system whose model is a network.
 *
 * @returns whether the median time of a plan of iLQR is at most 5 ms.
 */
export async function planning(parameters: readonly string[]): Promise<boolean> {
  const { rounds, hidden } = readOptions(parameters);
  await useBackend();
  const problem: Problem = {
    dynamics: await learn(hidden),
    cost: quadraticCost({ goal: [1, 1], state: [1, 1], control: [0.05, 0.05] }),
    horizon: HORIZON,
    limits: { lower: [-1, -1], upper: [1, 1] },
  };
  const results = new Map<string, Result>(
    Object.keys(planners).map((name) => [name, { milliseconds: [], costs: [] }]),
  );
  for (let round = 0; round <= rounds; round++)
    for (const [name, planner] of Object.entries(planners)) {
      const { milliseconds, costs } = drive(problem, planner, round);
      if (round > 0) results.get(name)?.milliseconds.push(...milliseconds); // round 0 is the warm-up
      if (round > 0) results.get(name)?.costs.push(...costs);
    }
  const threads = availableParallelism();
  console.log(
    `${rounds} drives of ${STEPS} steps, plans of ${HORIZON} steps, model 4-${hidden}-${hidden}-2; ` +
      `${processor().name}, ${threads} threads, load average ${loadavg()[0]?.toFixed(1) ?? "?"}\n`,
  );
  const rows = [...results].map(([name, { milliseconds, costs }]) => [
    name,
    median(milliseconds).toFixed(2),
    quantile(milliseconds, 0.95).toFixed(2),
    median(costs).toFixed(2),
  ]);
  console.log(table(["", "ms a plan, median", "95 % of plans", "cost of a drive, median"], rows));
  const ours = median(results.get("iLQR, at most 10 iterations")?.milliseconds ?? []);
  console.log(`\niLQR: ${ours.toFixed(2)} ms a plan (at most ${ALLOWED})`);
  return ours <= ALLOWED;
}

/** Drives the true system from a random start. */
function drive(problem: Problem, planner: Planner, round: number): Result {
  const milliseconds: number[] = [];
  const timed: Planner = (...parameters) => {
    const begin = performance.now();
    const plan = planner(...parameters);
    milliseconds.push(performance.now() - begin);
    return plan;
  };
  const [startKey, runKey] = random.split(random.fold(random.key(4), round));
  const numbers = random.stream(startKey);
  const start = [numbers.uniform(-2, 2), numbers.uniform(-2, 2)];
  const { cost } = mpc(problem, timed, start, runKey, { steps: STEPS, system: drift });
  return { milliseconds, costs: [cost] };
}

function readOptions(parameters: readonly string[]): { readonly rounds: number; readonly hidden: number } {
  const { values } = parseArgs({
    args: [...parameters],
    options: { rounds: { type: "string", default: "20" }, hidden: { type: "string", default: "50" } },
  });
  const [rounds, hidden] = [Number(values.rounds), Number(values.hidden)];
  if (![rounds, hidden].every((n) => Number.isInteger(n) && n > 0))
    throw new Error(`bench planners: rounds and hidden must be positive integers\n${USAGE}`);
  return { rounds, hidden };
}
