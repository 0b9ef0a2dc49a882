import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { random, tf, tree } from "latent";
import { loadReplay, saveReplay } from "latent/control";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buffer, episodes, fill, type NumberReplay } from "./steps";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-replay-"));
});
afterEach(() => rm(folder, { recursive: true }));

const options = { capacity: 12, priority: { exponent: 0.6 } };
const like = { observation: tf.keep(tf.zeros([1, 2])), action: tf.keep(tf.zeros([1], "int32")) };

/** Everything that a buffer draws by a key, as numbers. */
function draws(kept: NumberReplay, seed: number): number[][] {
  return tree.tidy(() => {
    const sample = kept.sample(random.key(seed), { batchSize: 30, discount: 0.9, steps: 2 });
    const sequences = kept.sequences(random.key(seed), { batchSize: 5, length: 2 });
    return [
      ...tree.leaves([sample.transitions, sequences]).map((x) => Array.from(x.dataSync())),
      Array.from(sample.ids),
    ];
  });
}

describe.each([
  ["that is not full", [3, 2]],
  ["that has overwritten its oldest steps", [9, 4, 7]],
])("a saved buffer %s", (_, lengths) => {
  test("draws, and goes on, like the one that was never saved", async () => {
    const kept = buffer(1, options);
    const steps = episodes(lengths, "is truncated", true);
    fill(kept, steps.slice(0, -1));
    const { ids, transitions } = kept.sample(random.key(0), { batchSize: 4, discount: 1 });
    kept.prioritize(ids, [0.5, -2, 0.1, 3]);
    tree.dispose(transitions);
    const path = join(folder, "replay.safetensors");
    await saveReplay(path, kept);
    expect(await readdir(folder)).toEqual(["replay.safetensors"]);
    const loaded = await loadReplay(path, like, options);
    expect(loaded.size).toBe(kept.size);
    expect(draws(loaded, 5)).toEqual(draws(kept, 5));
    fill(kept, steps.slice(-1));
    fill(loaded, steps.slice(-1));
    expect(draws(loaded, 6)).toEqual(draws(kept, 6));
  });
});

describe("loadReplay", () => {
  test("refuses a buffer of other options, and files that are not whole", async () => {
    const kept = buffer(1, options);
    fill(kept, episodes([3], "terminates"));
    const path = join(folder, "replay.safetensors");
    await saveReplay(path, kept);
    const start = `loadReplay: ${path} must hold a buffer with the same leaves and options, but differs in `;
    const { observation, action } = like;
    await expect(loadReplay(path, like, { capacity: 12 })).rejects.toThrow(`${start}powers`);
    await expect(
      loadReplay(path, { observation: tf.zeros([2, 2]), action: tf.zeros([2]) }, options),
    ).rejects.toThrow(`${start}the number of copies`);
    await expect(loadReplay(path, { observation: { a: observation }, action }, options)).rejects.toThrow(
      `${start}observation`,
    );
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    await expect(loadReplay(path, like, options)).rejects.toThrow(
      `loadReplay: ${path} is not a valid checkpoint (`,
    );
  });
});

const loader = join(__dirname, "../../support/typescript-loader.cjs");
const control = join(__dirname, "../../../lib/control/index.ts");

/** A program that saves a buffer of 8 MB without end, and says when it has done so for the first time. */
const SAVER = `
  const tf = require("@tensorflow/tfjs");
  const { replay, saveReplay } = require(${JSON.stringify(control)});
  const [observation, action] = [tf.zeros([1, 1000]), tf.zeros([1], "int32")];
  const kept = replay({ observation, action }, { capacity: 2000 });
  const never = tf.zeros([1], "bool");
  const step = { observation, action, reward: tf.zeros([1]), terminated: never, truncated: never };
  for (let t = 0; t < 2000; t++) kept.add({ ...step, nextObservation: observation });
  (async () => {
    for (let i = 0; ; i++) {
      await saveReplay(process.argv[1], kept);
      if (i === 0) console.log("saved");
    }
  })();
`;

describe("saveReplay", () => {
  test("leaves a whole file when the process is killed while it writes", async () => {
    const path = join(folder, "replay.safetensors");
    const saver = spawn(process.execPath, ["--require", loader, "-e", SAVER, path], {
      cwd: join(__dirname, "../../.."),
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(saver, "exit");
    await Promise.race([once(saver.stdout, "data"), ended]);
    const isWriting = async (): Promise<boolean> =>
      (await readdir(folder)).some((name) => name.endsWith(".part"));
    while (saver.exitCode === null && !(await isWriting()));
    saver.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    const wide = { observation: tf.zeros([1, 1000]), action: tf.zeros([1], "int32") };
    const loaded = await loadReplay(path, wide, { capacity: 2000 });
    expect(loaded.size).toBe(1999);
  });
});
