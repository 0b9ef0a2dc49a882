import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { adam, fit, type Key, random, tf, tree, useBackend } from "latent";
import { inverseProblem } from "latent/data";
import { mdn } from "latent/models";
import { startPeer, type Peer } from "./peer";
import { peerPython, peersFolder } from "./peer-python";
import { mean, standardError, table } from "./statistics";

const USAGE = `npm run bench -- mdn-parity [options]
  The mixture density network of lib/models/mdn against the same one in PyTorch, on Bishop's inverse problem.
  --pairs N       training pairs, and as many test pairs (1000)
  --steps N       Adam steps on all pairs (3000)
  --seeds N       runs with different data, weights and training, at least 2 (6)
  --components K  (5)
  --json FILE     also write the result to a file
  --python PATH   a Python with PyTorch, in place of the environment in .cache/peers`;

/** The largest accepted difference of the mean test NLLs, in nats. */
const ALLOWED = 0.02;

const NETWORK = { inputs: 1, hidden: [32], outputs: 1, activation: "tanh", stdDev: 0.5 } as const;
const LEARNING_RATE = 1e-3;

/** A trained network of one library. */
interface Result {
  /** The mean test NLL before training, in nats. */
  readonly before: number;
  /** −log p(y|x) of each test pair, in nats. */
  readonly nll: readonly number[];
  readonly seconds: number;
}

/** The runs of both libraries with one seed. */
interface SeedResult {
  readonly ours: Result;
  readonly theirs: Result & { readonly version: string };
}

/**
 * Trains a mixture density network in this library and in PyTorch with the same data and initial weights, and
 * compares the test NLL.
 *
 * @returns whether the means over the seeds differ by at most 0.02 nats.
 */
export async function mdnParity(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const peer = startPeer(options.python, join(peersFolder, "mdn_torch.py"));
  try {
    const results: SeedResult[] = [];
    for (let seed = 1; seed <= options.seeds; seed++) {
      const result = await runSeed(peer, options, seed);
      results.push(result);
      console.log(
        `seed ${seed}: test NLL of ours ${formatRun(result.ours)}; of PyTorch ${formatRun(result.theirs)}`,
      );
    }
    return report(results, options, `${backend.summary}; PyTorch ${results[0]?.theirs.version ?? ""}`);
  } finally {
    await peer.close();
  }
}

/** Trains with both libraries, one after the other. */
async function runSeed(peer: Peer, { pairs, steps, components }: Options, seed: number): Promise<SeedResult> {
  const [trainKey, testKey, weightsKey, fitKey] = random.split(random.key(seed), 4);
  const [train, test] = [inverseProblem(trainKey, pairs), inverseProblem(testKey, pairs)];
  const params = mdn.init(weightsKey, { ...NETWORK, components });
  const toNumbers = (x: tf.Tensor): unknown => x.arraySync();
  const layer = ({ weights, bias }: mdn.Mdn["mu"]) => ({
    weights: toNumbers(weights),
    bias: toNumbers(bias),
  });
  const { trunk, logits, mu, rawSigma } = params;
  const start = {
    trunk: trunk.layers.map(layer),
    logits: layer(logits),
    mu: layer(mu),
    rawSigma: layer(rawSigma),
  };
  const data = { x: train.x, y: train.y, testX: test.x, testY: test.y };
  const request = {
    ...Object.fromEntries(Object.entries(data).map(([name, x]) => [name, toNumbers(x)])),
    ...{ start, steps, learningRate: LEARNING_RATE, activation: NETWORK.activation },
  };
  try {
    const ours = await trainOurs(params, data, steps, fitKey);
    return { ours, theirs: await peer.ask(request) };
  } finally {
    tree.dispose([params, data]);
  }
}

type Data = Readonly<Record<"x" | "y" | "testX" | "testY", tf.Tensor2D>>;

/** Each batch is the whole data set, so that the steps of both libraries differ only by rounding. */
async function trainOurs(params: mdn.Mdn, data: Data, steps: number, key: Key): Promise<Result> {
  const nllOf = (model: mdn.Mdn): number[] =>
    tf.tidy(() => Array.from(mdn.logProb(model, data.testX, data.testY).neg().dataSync()));
  const all = tf.concat([data.x, data.y], 1);
  const before = mean(nllOf(params));
  const begin = performance.now();
  const options = { params, loss: mdn.loss, optimizer: adam({ learningRate: LEARNING_RATE }), data: all };
  const run = await fit({ ...options, batchSize: all.shape[0], steps, key });
  const seconds = (performance.now() - begin) / 1000;
  const nll = nllOf(run.state.params);
  tree.dispose([run.state, all]);
  return { before, nll, seconds };
}

function formatRun({ before, nll, seconds }: Result): string {
  return `${before.toFixed(4)} → ${mean(nll).toFixed(4)} in ${seconds.toFixed(1)} s`;
}

/** Prints the comparison; returns whether the means agree. */
function report(
  results: readonly SeedResult[],
  { pairs, steps, components, json }: Options,
  sides: string,
): boolean {
  const [ours, theirs] = [
    results.map((result) => mean(result.ours.nll)),
    results.map((result) => mean(result.theirs.nll)),
  ];
  const differences = ours.map((value, i) => value - (theirs[i] ?? NaN));
  const difference = mean(differences);
  const largest = Math.max(...differences.map(Math.abs));
  const atStart = Math.max(...results.map(({ ours, theirs }) => Math.abs(ours.before - theirs.before)));
  const plusMinus = (values: readonly number[]): string =>
    `${mean(values).toFixed(4)} ± ${standardError(values).toFixed(4)}`;
  console.log(
    `\n${pairs} pairs, ${components} components, ${steps} steps, ${results.length} seeds; ${sides}\n`,
  );
  const headings = ["± s.e. over seeds", "ours", "PyTorch", "ours − PyTorch, per seed"];
  const row = ["test NLL, nats", plusMinus(ours), plusMinus(theirs), plusMinus(differences)];
  console.log(table(headings, [row]));
  console.log(
    `\nlargest difference for one seed: ${largest.toFixed(4)}; before training: ${atStart.toExponential(1)}`,
  );
  const within = Math.abs(difference) < ALLOWED;
  console.log(`${within ? "Within" : "NOT within"} ${ALLOWED} nats.`);
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
      throw new Error(`mdn-parity: ${(error as Error).message}\n${USAGE}`, { cause: error });
    }
  };
  const { json, python, ...numbers } = parse();
  const count = (name: keyof typeof numbers, byDefault: number, least = 1): number => {
    const value = Number(numbers[name] ?? byDefault);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(
      `mdn-parity: --${name} must be an integer >= ${least}, got ${String(numbers[name])}\n${USAGE}`,
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
