import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, tf, tree, useBackend } from "latent";
import { binarize, loadMnist } from "latent/data";
import { startPeer } from "./peer";
import { peersFolder } from "./peer-python";
import { readOptions, type VaeSettings } from "./vae-options";
import { evaluateOurs, trainOurs, type Evaluation, type Turn } from "./vae-ours";
import { compareSamples, formatSamples } from "./vae-samples";
import { formatRun, formatSummary, nllPerSeed, summarize, type Result, type Summary } from "./vae-summary";

/** The paths of the peer's training and test data. */
interface Files {
  readonly data: string;
  readonly testSet: string;
}

/**
 * Trains and evaluates the VAE in this library and in PyTorch, alternating, and prints their differences for
 * each number of draws in training, and the effect of this number.
 *
 * @returns whether the libraries differ by less than 1 nat, and the NLL decreases with the number of draws by
 *   more than the noise between seeds.
 */
export async function vaeParity(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const { train, test } = await loadMnist();
  // One static test set for both libraries.
  const x = tf.tidy(() => binarize(test.images, random.key(2026)) as tf.Tensor2D);
  const folder = mkdtempSync(join(tmpdir(), "latent-bench-"));
  const files = { data: join(peersFolder, "..", "..", "data", "mnist"), testSet: join(folder, "test") };
  writeFileSync(files.testSet, Uint8Array.from(x.dataSync()));
  try {
    const runs: Trained[] = [];
    for (const settings of options.settings) {
      const pairs: Pair[] = [];
      for (let seed = 1; seed <= options.seeds; seed++) {
        const pair = await runPair(train.images, x, files, { settings, python: options.python }, seed);
        pairs.push(pair);
        const [ours, theirs] = [formatRun(pair.ours), formatRun(pair.theirs)];
        console.log(`K = ${settings.samples}, seed ${seed}: ours ${ours}; PyTorch ${theirs}`);
      }
      const summary = summarize(
        pairs.map(({ ours }) => ours),
        pairs.map(({ theirs }) => theirs),
        settings.samples,
      );
      console.log(`\nK = ${settings.samples}\n${formatSummary(summary)}\n`);
      runs.push({ samples: settings.samples, pairs, summary });
    }
    const versions = { ours: backend.summary, theirs: `PyTorch ${runs[0]?.pairs[0]?.version ?? ""}` };
    const steps = compareSamples(runs.map(({ samples, summary }) => ({ samples, nll: nllPerSeed(summary) })));
    if (steps.length > 0) console.log(formatSamples(steps));
    console.log(`${versions.ours}; ${versions.theirs}`);
    const summaries = runs.map(({ samples, summary }) => ({ samples, ...summary }));
    const result = { settings: options.settings, sides: versions, summaries, steps };
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return runs.every(({ summary }) => summary.within) && steps.every(({ decreases }) => decreases);
  } finally {
    rmSync(folder, { recursive: true });
    tree.dispose([train.images, test.images, x]);
  }
}

/** The runs with one number of draws in training. */
interface Trained {
  readonly samples: number;
  readonly pairs: readonly Pair[];
  readonly summary: Summary;
}

/** One run of each library, and the version of PyTorch. */
interface Pair {
  readonly ours: Result;
  readonly theirs: Result;
  readonly version: string;
}

/** The number of steps per turn. */
const TURN = 250;

/** Trains and evaluates with both libraries; they alternate in training, so that other load affects both. */
async function runPair(
  grey: tf.Tensor2D,
  x: tf.Tensor2D,
  files: Files,
  { settings, python }: { readonly settings: VaeSettings; readonly python: string },
  seed: number,
): Promise<Pair> {
  const peer = startPeer(python, join(peersFolder, "vae_torch.py"));
  try {
    const { version } = await peer.ask<{ version: string }>({ do: "start", seed, ...files, ...settings });
    const [trainKey, evaluationKey] = random.split(random.key(seed));
    const [ourTurns, theirTurns]: [Turn[], Turn[]] = [[], []];
    const model = await trainOurs(grey, settings, trainKey, TURN, async (turn) => {
      ourTurns.push(turn);
      const { steps } = turn;
      theirTurns.push({ steps, ...(await peer.ask<{ milliseconds: number }>({ do: "train", steps })) });
    });
    const ours = evaluateOurs(model, x, settings, evaluationKey);
    tree.dispose(model);
    const { elboDraws, draws } = settings;
    const theirs = await peer.ask<Evaluation>({ do: "evaluate", elboDraws, draws });
    return {
      ours: { ...ours, millisecondsPerStep: timePerStep(ourTurns) },
      theirs: { ...theirs, millisecondsPerStep: timePerStep(theirTurns) },
      version,
    };
  } finally {
    await peer.close();
  }
}

/** Returns the time per step of each turn. */
function timePerStep(turns: readonly Turn[]): number[] {
  return turns.map(({ steps, milliseconds }) => milliseconds / steps);
}
