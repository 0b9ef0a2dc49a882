import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, tf, tree, useBackend } from "latent";
import { binarize, loadMnist } from "latent/data";
import { startPeer } from "./peer";
import { peersFolder } from "./peer-python";
import { readOptions, type VaeSettings } from "./vae-options";
import { evaluateOurs, trainOurs, type Evaluation, type Turn } from "./vae-ours";
import { compareSamples, describeSamples } from "./vae-samples";
import { describe, nllPerSeed, show, summarize, type Result, type Summary } from "./vae-summary";

/** Where the peer finds what it trains and is tested on. */
interface Files {
  readonly data: string;
  readonly testSet: string;
}

/**
 * Trains and evaluates the VAE here and in PyTorch, side by side, and prints how far apart they are, for each number of draws of the
 * bound that is trained, and how far apart these are.
 *
 * @returns whether the sides are within 1 nat of each other, and the NLL falls with the number of draws beyond the noise of the seeds.
 */
export async function vaeParity(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const backend = await useBackend();
  const { train, test } = await loadMnist();
  const x = tf.tidy(() => binarize(test.images, random.key(2026)) as tf.Tensor2D); // one static test set for both sides
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
        console.log(
          `K = ${settings.samples}, seed ${seed}: ours ${show(pair.ours)}; PyTorch ${show(pair.theirs)}`,
        );
      }
      const summary = summarize(
        pairs.map(({ ours }) => ours),
        pairs.map(({ theirs }) => theirs),
        settings.samples,
      );
      console.log(`\nK = ${settings.samples}\n${describe(summary)}\n`);
      runs.push({ samples: settings.samples, pairs, summary });
    }
    const sides = { ours: backend.summary, theirs: `PyTorch ${runs[0]?.pairs[0]?.version ?? ""}` };
    const steps = compareSamples(runs.map(({ samples, summary }) => ({ samples, nll: nllPerSeed(summary) })));
    if (steps.length > 0) console.log(describeSamples(steps));
    console.log(`${sides.ours}; ${sides.theirs}`);
    const summaries = runs.map(({ samples, summary }) => ({ samples, ...summary }));
    const result = { settings: options.settings, sides, summaries, steps };
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    return runs.every(({ summary }) => summary.within) && steps.every(({ falls }) => falls);
  } finally {
    rmSync(folder, { recursive: true });
    tree.dispose([train.images, test.images, x]);
  }
}

/** The runs with one number of draws. */
interface Trained {
  readonly samples: number;
  readonly pairs: readonly Pair[];
  readonly summary: Summary;
}

/** A run of each side, and the version of PyTorch. */
interface Pair {
  readonly ours: Result;
  readonly theirs: Result;
  readonly version: string;
}

/** How many steps a side takes before it is the other's turn. */
const TURN = 250;

/** Runs both sides. They take turns in training, so that other work on the machine slows both. */
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
      ours: { ...ours, millisecondsPerStep: pace(ourTurns) },
      theirs: { ...theirs, millisecondsPerStep: pace(theirTurns) },
      version,
    };
  } finally {
    await peer.close();
  }
}

/** The time of a step in each turn. */
const pace = (turns: readonly Turn[]): number[] =>
  turns.map(({ steps, milliseconds }) => milliseconds / steps);
