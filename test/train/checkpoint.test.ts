import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fit, type Fit, loadCheckpoint, saveCheckpoint, tf, tree } from "latent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { smallRun } from "./small-fits";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true }));

function numbersIn(values: unknown): number[][] {
  return tree.leaves(values).map((leaf) => Array.from(leaf.dataSync()));
}

function tiny(): Fit<{ w: tf.Tensor; on: tf.Tensor; name: string }> {
  return {
    state: {
      params: { w: tf.tensor2d([[1, 2.5, -3]]), on: tf.tensor1d([true, false], "bool"), name: "stays" },
      optimizer: { count: tf.scalar(7, "int32") },
    },
    step: 7,
  };
}

describe("saveCheckpoint", () => {
  test("writes the safetensors format: length, header, data", async () => {
    const run = tiny();
    const path = join(folder, "tiny.safetensors");
    await saveCheckpoint(path, run);
    const file = await readFile(path);
    const length = Number(file.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(file.toString("utf8", 8, 8 + length))).toEqual({
      "__metadata__": { step: "7" },
      "optimizer.count": { dtype: "I32", shape: [], data_offsets: [0, 4] },
      "params.on": { dtype: "BOOL", shape: [2], data_offsets: [4, 6] },
      "params.w": { dtype: "F32", shape: [1, 3], data_offsets: [6, 18] },
    });
    expect(file.readInt32LE(8 + length)).toBe(7);
    expect([...file.subarray(12 + length, 14 + length)]).toEqual([1, 0]);
    expect([0, 4, 8].map((at) => file.readFloatLE(14 + length + at))).toEqual([1, 2.5, -3]);
    expect(await readdir(folder)).toEqual(["tiny.safetensors"]);
    tree.dispose(run);
  });

  test("leaves only the old file when a tensor cannot be written", async () => {
    const run = tiny();
    const path = join(folder, "tiny.safetensors");
    await saveCheckpoint(path, run);
    const before = await readFile(path);
    const text = { state: { params: { s: tf.tensor1d(["a"]) }, optimizer: [] }, step: 1 };
    await expect(saveCheckpoint(path, text)).rejects.toThrow(
      "saveCheckpoint: params.s must be float32, int32 or bool, got string",
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toHaveLength(1);
    tree.dispose([run, text]);
  });

  test("rejects two leaves with the same path, which would overwrite each other", async () => {
    const state = { params: { "a.b": tf.scalar(1), "a": { b: tf.scalar(2) } }, optimizer: [] };
    await expect(saveCheckpoint(join(folder, "twice"), { state, step: 1 })).rejects.toThrow(
      "saveCheckpoint: leaves must have distinct paths, got params.a.b twice; rename one of them",
    );
    expect(await readdir(folder)).toEqual([]);
    tree.dispose(state);
  });
});

describe("loadCheckpoint", () => {
  test("returns the saved run, and leaves only its tensors", async () => {
    const run = tiny();
    const path = join(folder, "tiny.safetensors");
    await saveCheckpoint(path, run);
    const before = tf.memory().numTensors;
    const loaded = await loadCheckpoint(path, run.state);
    expect(tf.memory().numTensors - before).toBe(3);
    expect(loaded.step).toBe(7);
    expect(loaded.state.params.name).toBe("stays");
    expect(numbersIn(loaded.state)).toEqual(numbersIn(run.state));
    tree.dispose([run, loaded]);
  });

  test("resumes the run bit for bit", async () => {
    const options = smallRun();
    const whole = await fit({ ...options, steps: 30 });
    const half = await fit({ ...options, steps: 13 });
    const path = join(folder, "half.safetensors");
    await saveCheckpoint(path, half);
    const resume = await loadCheckpoint(path, half.state);
    const rest = await fit({ ...options, steps: 30, resume });
    expect(rest.step).toBe(30);
    expect(numbersIn(rest.state)).toEqual(numbersIn(whole.state));
    tree.dispose([whole, half, resume, rest, options.params, options.data]);
  });

  test("names the tensor that does not fit", async () => {
    const run = tiny();
    const path = join(folder, "tiny.safetensors");
    await saveCheckpoint(path, run);
    const { params, optimizer } = run.state;
    const load = (state: unknown): Promise<unknown> =>
      loadCheckpoint(path, state as { params: unknown; optimizer: unknown });
    await expect(load({ params: { ...params, w: tf.zeros([3]) }, optimizer })).rejects.toThrow(
      `loadCheckpoint: params.w must be F32 [3], got F32 [1, 3] in ${path}`,
    );
    await expect(load({ params: { ...params, v: tf.zeros([3]) }, optimizer })).rejects.toThrow(
      `loadCheckpoint: ${path} has no params.v; is it of another model?`,
    );
    await expect(load({ params, optimizer: [] })).rejects.toThrow(
      `loadCheckpoint: ${path} has optimizer.count, which the model does not have; is it of another model?`,
    );
    tree.dispose(run);
  });

  test("rejects truncated files and other formats", async () => {
    const run = tiny();
    const path = join(folder, "tiny.safetensors");
    await saveCheckpoint(path, run);
    const file = await readFile(path);
    const moved = Buffer.from(file.toString("latin1").replace("[0,4]", "[0,3]"), "latin1");
    const before = tf.memory().numTensors;
    await expect(loadCheckpoint(join(folder, "missing"), run.state)).rejects.toThrow(
      `loadCheckpoint: cannot read ${join(folder, "missing")}; check the path`,
    );
    const cut = [file.subarray(0, -1), file.subarray(0, 40)];
    for (const bad of [...cut, moved, Buffer.from("hello"), Buffer.alloc(0)]) {
      await writeFile(path, bad);
      await expect(loadCheckpoint(path, run.state)).rejects.toThrow(
        `loadCheckpoint: ${path} is not a valid checkpoint (`,
      );
    }
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose(run);
  });
});
