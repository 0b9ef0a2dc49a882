import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { random, tf, tree, useBackend } from "latent";
import { gmm } from "latent/models";
import { startPeer } from "./peer";
import { peerPython, peersFolder } from "./peer-python";
import { median, table } from "./statistics";

const usage = `npm run bench -- gmm-em [options]
  A Gaussian mixture by EM against scikit-learn: the same points, start and number of iterations.
  --points N      (100000)
  --components K  (8)
  --iterations N  M-steps of a fit (50)
  --rounds N      fits of each side, in turns (5)
  --json FILE     write the result there too
  --python PATH   a Python with scikit-learn, instead of an environment made in .cache/peers`;

/** By how much the mean log-likelihoods may differ, in nats. */
const ALLOWED = 1e-4;

/** A fit, timed from the points in memory to the parameters, with whatever is compiled for it. */
interface Result {
  readonly seconds: number;
  readonly logLikelihood: number;
}
type Side = () => Promise<Result>;

/**
 * Times EM for a Gaussian mixture here and in scikit-learn, in turns, and compares what likelihoods they come to.
 *
 * @returns whether ours is within 10⁻⁴ nats a point, and takes no longer than scikit-learn in the fastest of its ways.
 */
export async function gmmEm(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const { x, start } = problem(options.points, options.components);
  const folder = mkdtempSync(join(tmpdir(), "latent-bench-"));
  const data = join(folder, "points");
  writeFileSync(data, new Uint8Array(Float32Array.from(x.dataSync()).buffer));
  const peer = startPeer(options.python, join(peersFolder, "gmm_sklearn.py"));
  const { iterations } = options;
  const request = { data, rows: options.points, columns: 2, start, iterations };
  const sides: Record<string, Side> = {
    "ours": () => fitOurs(x, start, iterations),
    "scikit-learn": () => peer.ask({ ...request, dtype: "float64", threads: null }),
    "scikit-learn, one thread": () => peer.ask({ ...request, dtype: "float64", threads: 1 }),
    "scikit-learn, one thread, float32": () => peer.ask({ ...request, dtype: "float32", threads: 1 }),
  };
  try {
    const results = await takeTurns(sides, options.rounds);
    return report(results, options, backend.summary);
  } finally {
    await peer.close();
    rmSync(folder, { recursive: true });
    x.dispose();
  }
}

/** Points of overlapping clusters, and a start at points of the data. */
function problem(points: number, components: number): { x: tf.Tensor2D; start: gmm.GmmNumbers } {
  const [meansKey, pointsKey, startKey] = random.split(random.key(2026), 3);
  const round = (scale: number): number[][][] =>
    Array.from({ length: components }, () => [
      [scale, 0],
      [0, scale],
    ]);
  const weights = Array.from({ length: components }, () => 1 / components);
  const means = tf.tidy(() => random.normal(meansKey, [components, 2]).mul(3).arraySync() as number[][]);
  const truth = gmm.create({ weights, means, covariances: round(1) });
  const x = gmm.sample(truth, pointsKey, points);
  const { means: seeds } = tree.tidy(() => gmm.init(startKey, x, components));
  const start = { weights, means: seeds.arraySync() as number[][], covariances: round(4) };
  tree.dispose([truth, seeds]);
  return { x, start };
}

async function fitOurs(x: tf.Tensor2D, start: gmm.GmmNumbers, iterations: number): Promise<Result> {
  const init = gmm.create(start);
  const begin = performance.now();
  const { params, logLikelihood } = await gmm.fit(x, {
    init,
    maxIterations: iterations,
    tolerance: -Infinity,
  });
  const seconds = (performance.now() - begin) / 1000;
  tree.dispose([init, params]);
  return { seconds, logLikelihood };
}

async function takeTurns(
  sides: Readonly<Record<string, Side>>,
  rounds: number,
): Promise<Record<string, Result[]>> {
  const results: Record<string, Result[]> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, fit] of Object.entries(sides)) (results[name] ??= []).push(await fit());
  return results;
}

function report(
  results: Readonly<Record<string, readonly Result[]>>,
  { points, components, iterations, rounds, json }: Options,
  backend: string,
): boolean {
  const ours = results["ours"] ?? [];
  const rows = Object.entries(results).map(([name, runs]) => ({
    name,
    milliseconds: median(runs.map(({ seconds }) => (1000 * seconds) / iterations)),
    logLikelihood: runs[0]?.logLikelihood ?? NaN,
    /** Of the fits that followed each other. */
    ratio: median(runs.map(({ seconds }, i) => (ours[i]?.seconds ?? NaN) / seconds)),
  }));
  const peers = rows.slice(1);
  const ratio = Math.max(...peers.map((row) => row.ratio));
  const difference = Math.max(
    ...peers.map((row) => Math.abs(row.logLikelihood - (rows[0]?.logLikelihood ?? NaN))),
  );
  const cells = rows.map((row) => [
    row.name,
    row.milliseconds.toFixed(1),
    row.logLikelihood.toFixed(6),
    row.ratio.toFixed(2),
  ]);
  console.log(
    `${points} points × 2, ${components} components, ${iterations} iterations, ${rounds} rounds; ${backend}`,
  );
  console.log(`load of the machine ${loadavg()[0]?.toFixed(1) ?? "?"}\n`);
  console.log(table(["", "ms an iteration", "log-likelihood, nats a point", "ours / theirs"], cells));
  console.log(
    `\nlargest difference of the log-likelihoods: ${difference.toExponential(1)} nats a point (at most ${ALLOWED})`,
  );
  console.log(`time, ours / the fastest of theirs: ${ratio.toFixed(2)} (at most 1)`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ rows, ratio, difference }, null, 2)}\n`);
  return ratio <= 1 && difference <= ALLOWED;
}

interface Options {
  readonly points: number;
  readonly components: number;
  readonly iterations: number;
  readonly rounds: number;
  readonly json: string | undefined;
  readonly python: string;
}

function readOptions(parameters: readonly string[]): Options {
  const text = { type: "string" } as const;
  const names = { points: text, components: text, iterations: text, rounds: text, json: text, python: text };
  const parse = () => {
    try {
      return parseArgs({ args: [...parameters], options: names }).values;
    } catch (error) {
      throw new Error(`gmm-em: ${(error as Error).message}\n${usage}`, { cause: error });
    }
  };
  const { json, python, ...numbers } = parse();
  const count = (name: keyof typeof numbers, usual: number): number => {
    const value = Number(numbers[name] ?? usual);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`gmm-em: --${name} must be a whole number >= 1, got ${String(numbers[name])}\n${usage}`);
  };
  return {
    points: count("points", 100_000),
    components: count("components", 8),
    iterations: count("iterations", 50),
    rounds: count("rounds", 5),
    json,
    python: peerPython(python),
  };
}
