import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { random, tf, tree, useBackend } from "latent";
import { gmm } from "latent/models";
import { startPeer } from "./peer";
import { peerPython, peersFolder } from "./peer-python";
import { median, table } from "./statistics";

const USAGE = `npm run bench -- gmm-em [options]
  EM for a Gaussian mixture against scikit-learn, with the same points, start and number of iterations.
  --points N      (100000)
  --components K  (8)
  --iterations N  M-steps per fit (50)
  --rounds N      fits per library, alternating (5)
  --json FILE     also write the result to a file
  --python PATH   a Python with scikit-learn, in place of the environment in .cache/peers`;

/** The largest accepted difference of the mean log-likelihoods, in nats. */
const ALLOWED = 1e-4;

/** A fit; its time starts with the points in memory and includes compilation. */
interface FitResult {
  readonly seconds: number;
  /** The mean per point, in nats. */
  readonly logLikelihood: number;
}

/** Fits the mixture once with one library. */
type Fitter = () => Promise<FitResult>;

/**
 * Times EM for a Gaussian mixture in this library and in scikit-learn, alternating, and compares their
 * log-likelihoods.
 *
 * @returns whether the log-likelihoods differ by at most 10⁻⁴ nats per point and ours takes no longer than
 *   the fastest configuration of scikit-learn.
 */
export async function gmmEm(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const { x, start } = createProblem(options.points, options.components);
  const folder = mkdtempSync(join(tmpdir(), "latent-bench-"));
  const data = join(folder, "points");
  writeFileSync(data, new Uint8Array(Float32Array.from(x.dataSync()).buffer));
  const peer = startPeer(options.python, join(peersFolder, "gmm_sklearn.py"));
  const { iterations } = options;
  const request = { data, rows: options.points, columns: 2, start, iterations };
  const fitters: Record<string, Fitter> = {
    "ours": () => fitOurs(x, start, iterations),
    "scikit-learn": () => peer.ask({ ...request, dtype: "float64", threads: null }),
    "scikit-learn, one thread": () => peer.ask({ ...request, dtype: "float64", threads: 1 }),
    "scikit-learn, one thread, float32": () => peer.ask({ ...request, dtype: "float32", threads: 1 }),
  };
  try {
    const results = await alternate(fitters, options.rounds);
    return report(results, options, backend.summary);
  } finally {
    await peer.close();
    rmSync(folder, { recursive: true });
    x.dispose();
  }
}

/** Samples points of overlapping clusters, and starts EM at some of them. */
function createProblem(points: number, components: number): { x: tf.Tensor2D; start: gmm.GmmNumbers } {
  const [meansKey, pointsKey, startKey] = random.split(random.key(2026), 3);
  const sphericalCovariances = (scale: number): number[][][] =>
    Array.from({ length: components }, () => [
      [scale, 0],
      [0, scale],
    ]);
  const weights = Array.from({ length: components }, () => 1 / components);
  const means = tf.tidy(() => random.normal(meansKey, [components, 2]).mul(3).arraySync() as number[][]);
  const trueParams = gmm.create({ weights, means, covariances: sphericalCovariances(1) });
  const x = gmm.sample(trueParams, pointsKey, points);
  const { means: seeds } = tree.tidy(() => gmm.init(startKey, x, components));
  const start = { weights, means: seeds.arraySync() as number[][], covariances: sphericalCovariances(4) };
  tree.dispose([trueParams, seeds]);
  return { x, start };
}

async function fitOurs(x: tf.Tensor2D, start: gmm.GmmNumbers, iterations: number): Promise<FitResult> {
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

async function alternate(
  fitters: Readonly<Record<string, Fitter>>,
  rounds: number,
): Promise<Record<string, FitResult[]>> {
  const results: Record<string, FitResult[]> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, fit] of Object.entries(fitters)) (results[name] ??= []).push(await fit());
  return results;
}

function report(
  results: Readonly<Record<string, readonly FitResult[]>>,
  { points, components, iterations, rounds, json }: Options,
  backend: string,
): boolean {
  const ours = results["ours"] ?? [];
  const rows = Object.entries(results).map(([name, runs]) => ({
    name,
    milliseconds: median(runs.map(({ seconds }) => (1000 * seconds) / iterations)),
    logLikelihood: runs[0]?.logLikelihood ?? NaN,
    /** The median over rounds of ours / theirs. */
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
  console.log(`load average ${loadavg()[0]?.toFixed(1) ?? "?"}\n`);
  console.log(table(["", "ms per iteration", "log-likelihood, nats per point", "ours / theirs"], cells));
  console.log(
    `\nlargest difference of the log-likelihoods: ${difference.toExponential(1)} nats per point ` +
      `(at most ${ALLOWED})`,
  );
  console.log(`time, ours / fastest of theirs: ${ratio.toFixed(2)} (at most 1)`);
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
      throw new Error(`gmm-em: ${(error as Error).message}\n${USAGE}`, { cause: error });
    }
  };
  const { json, python, ...numbers } = parse();
  const count = (name: keyof typeof numbers, byDefault: number): number => {
    const value = Number(numbers[name] ?? byDefault);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(`gmm-em: --${name} must be a positive integer, got ${String(numbers[name])}\n${USAGE}`);
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
