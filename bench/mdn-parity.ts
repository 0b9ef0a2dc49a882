import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { adam, fit, type Key, random, tf, tree, useBackend } from "latent";
import { inverseProblem } from "latent/data";
import { mdn } from "latent/models";
import { startPeer, type Peer } from "./peer";
import { peerPython, peersFolder } from "./peer-python";
import { mean, standardError, table } from "./statistics";

const usage = `npm run bench -- mdn-parity [options]
  The mixture density network of lib/models/mdn against the same network in PyTorch on Bishop's inverse problem.
  --pairs N       pairs to train on, and as many to test on (1000)
  --steps N       steps of Adam, each on all pairs (3000)
  --seeds N       data, weights and training anew, at least 2 (6)
  --components K  (5)
  --json FILE     write the result there too
  --python PATH   a Python with PyTorch, instead of an environment made in .cache/peers`;

/** By how much the mean test NLLs may differ, in nats. */
const ALLOWED = 0.02;

const network = { inputs: 1, hidden: [32], outputs: 1, activation: "tanh", stdDev: 0.5 } as const;
const learningRate = 1e-3;

/** A trained network of one side. */
interface Result {
  /** The mean test NLL at the start, in nats. */
  readonly before: number;
  /** −log p(y|x) of each test pair, in nats. */
  readonly nll: readonly number[];
  readonly seconds: number;
}

/** One seed, on both sides. */
interface Pair {
  readonly ours: Result;
  readonly theirs: Result & { readonly version: string };
}

/**
 * Trains a mixture density network here and in PyTorch on the same pairs from the same weights, and compares the test NLL.
 *
 * @returns whether the means over the seeds are within 0.02 nat of each other.
 */
export async function mdnParity(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const peer = startPeer(options.python, join(peersFolder, "mdn_torch.py"));
  try {
    const pairs: Pair[] = [];
    for (let seed = 1; seed <= options.seeds; seed++) {
      const pair = await runPair(peer, options, seed);
      pairs.push(pair);
      console.log(`seed ${seed}: test NLL of ours ${show(pair.ours)}; of PyTorch ${show(pair.theirs)}`);
    }
    return report(pairs, options, `${backend.summary}; PyTorch ${pairs[0]?.theirs.version ?? ""}`);
  } finally {
    await peer.close();
  }
}

/** Trains on both sides, one after the other. */
async function runPair(peer: Peer, { pairs, steps, components }: Options, seed: number): Promise<Pair> {
  const [trainKey, testKey, weightsKey, fitKey] = random.split(random.key(seed), 4);
  const [train, test] = [inverseProblem(trainKey, pairs), inverseProblem(testKey, pairs)];
  const params = mdn.init(weightsKey, { ...network, components });
  const numbers = (x: tf.Tensor): unknown => x.arraySync();
  const layer = ({ weights, bias }: mdn.Mdn["mu"]) => ({ weights: numbers(weights), bias: numbers(bias) });
  const { trunk, logits, mu, rawSigma } = params;
  const start = {
    trunk: trunk.layers.map(layer),
    logits: layer(logits),
    mu: layer(mu),
    rawSigma: layer(rawSigma),
  };
  const data = { x: train.x, y: train.y, testX: test.x, testY: test.y };
  const request = {
    ...Object.fromEntries(Object.entries(data).map(([name, x]) => [name, numbers(x)])),
    ...{ start, steps, learningRate, activation: network.activation },
  };
  try {
    const ours = await trainOurs(params, data, steps, fitKey);
    return { ours, theirs: await peer.ask(request) };
  } finally {
    tree.dispose([params, data]);
  }
}

type Data = Readonly<Record<"x" | "y" | "testX" | "testY", tf.Tensor2D>>;

/** Each batch is all pairs, so that both sides take the same steps, but for rounding. */
async function trainOurs(params: mdn.Mdn, data: Data, steps: number, key: Key): Promise<Result> {
  const nllOf = (model: mdn.Mdn): number[] =>
    tf.tidy(() => Array.from(mdn.logProb(model, data.testX, data.testY).neg().dataSync()));
  const all = tf.concat([data.x, data.y], 1);
  const before = mean(nllOf(params));
  const begin = performance.now();
  const options = { params, loss: mdn.loss, optimizer: adam({ learningRate }), data: all };
  const run = await fit({ ...options, batchSize: all.shape[0], steps, key });
  const seconds = (performance.now() - begin) / 1000;
  const nll = nllOf(run.state.params);
  tree.dispose([run.state, all]);
  return { before, nll, seconds };
}

const show = ({ before, nll, seconds }: Result): string =>
  `${before.toFixed(4)} → ${mean(nll).toFixed(4)} in ${seconds.toFixed(1)} s`;

/** Prints the comparison; gives whether it holds. */
function report(
  pairs: readonly Pair[],
  { pairs: count, steps, components, json }: Options,
  sides: string,
): boolean {
  const [ours, theirs] = [
    pairs.map((pair) => mean(pair.ours.nll)),
    pairs.map((pair) => mean(pair.theirs.nll)),
  ];
  const differences = ours.map((value, i) => value - (theirs[i] ?? NaN));
  const difference = mean(differences);
  const largest = Math.max(...differences.map(Math.abs));
  const atStart = Math.max(...pairs.map((pair) => Math.abs(pair.ours.before - pair.theirs.before)));
  const plusMinus = (values: readonly number[]): string =>
    `${mean(values).toFixed(4)} ± ${standardError(values).toFixed(4)}`;
  console.log(
    `\n${count} pairs, ${components} components, ${steps} steps, ${pairs.length} seeds; ${sides}\n`,
  );
  const headings = ["± s.e. over seeds", "ours", "PyTorch", "ours − PyTorch, seed by seed"];
  const row = ["test NLL, nats", plusMinus(ours), plusMinus(theirs), plusMinus(differences)];
  console.log(table(headings, [row]));
  console.log(
    `\nlargest difference of a seed: ${largest.toFixed(4)}; before training: ${atStart.toExponential(1)}`,
  );
  const within = Math.abs(difference) < ALLOWED;
  console.log(`${within ? "Within" : "NOT within"} ${ALLOWED} nat.`);
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ ours, theirs, differences, atStart, sides }, null, 2)}\n`);
  return within;
}

interface Options {
  readonly pairs: number;
  readonly steps: number;
  readonly seeds: number;
  readonly components: number;
  readonly json: string | undefined;
  readonly python: string;
}

function readOptions(parameters: readonly string[]): Options {
  const text = { type: "string" } as const;
  const names = { pairs: text, steps: text, seeds: text, components: text, json: text, python: text };
  const parse = () => {
    try {
      return parseArgs({ args: [...parameters], options: names }).values;
    } catch (error) {
      throw new Error(`mdn-parity: ${(error as Error).message}\n${usage}`, { cause: error });
    }
  };
  const { json, python, ...numbers } = parse();
  const count = (name: keyof typeof numbers, usual: number, least = 1): number => {
    const value = Number(numbers[name] ?? usual);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(
      `mdn-parity: --${name} must be a whole number >= ${least}, got ${String(numbers[name])}\n${usage}`,
    );
  };
  return {
    pairs: count("pairs", 1000),
    steps: count("steps", 3000),
    seeds: count("seeds", 6, 2),
    components: count("components", 5),
    json,
    python: peerPython(python),
  };
}
