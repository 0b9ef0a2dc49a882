/**
 * Tests of tfjs on Dawn, in separate processes. By default they run on SwiftShader from Debian's chromium,
 * without a GPU; with `VK_DRIVER_FILES` set, on the driver that it names.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Backend, tf, useBackend } from "latent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { goHome } from "../../../support/backends";
import { firstLosses, plainDraws, plainOperations } from "./child";

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
const driver =
  (VK_DRIVER_FILES ?? VK_ICD_FILENAMES) === undefined && existsSync(SWIFTSHADER)
    ? { VK_DRIVER_FILES: SWIFTSHADER }
    : {};

const modules = {
  backend: join(__dirname, "../../../../lib/core/backend/use-backend.ts"),
  child: join(__dirname, "child.ts"),
};
const loader = join(__dirname, "../../../support/typescript-loader.cjs");

/**
 * Runs the body of an async function in a process that must exit by itself; returns its result and what it
 * printed.
 */
async function inChild(
  body: string,
  env: Record<string, string> = { LATENT_BACKEND: "webgpu" },
): Promise<{ result: unknown; lines: string[] }> {
  const script = `
    const tf = require("@tensorflow/tfjs");
    const { useBackend } = require(${JSON.stringify(modules.backend)});
    const { firstLosses, plainDraws, plainOperations } = require(${JSON.stringify(modules.child)});
    (async () => { ${body} })().then(
      (result) => console.log(JSON.stringify({ result })),
      (error) => console.log(JSON.stringify({ error: error.message })),
    );`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--require", loader, "--eval", script],
    {
      cwd: join(__dirname, "../../../.."),
      env: { ...process.env, LATENT_BACKEND: "", ...driver, ...env },
      timeout: 300_000,
      maxBuffer: 2 ** 26,
    },
  );
  const lines = stdout.trim().split("\n");
  const last = JSON.parse(lines.pop() ?? "{}") as { result: unknown; error?: string };
  if (last.error !== undefined) throw new Error(last.error);
  return { result: last.result, lines };
}

const started = inChild("return useBackend();").then(
  ({ result }) => result as Backend,
  (error: unknown) => String(error),
);

beforeEach(async ({ skip }) => {
  const outcome = await started;
  if (typeof outcome === "string" && /there is no GPU|is not installed/.test(outcome)) skip(outcome);
});

/** Returns the backend, and the adapter that its summary names. */
async function whatStarted(): Promise<{ backend: Backend; adapter: string }> {
  const backend = await started;
  if (typeof backend === "string") throw new Error(backend);
  const before = `webgpu ${tf.version_core} on the ${backend.device.toUpperCase()}, `;
  expect(backend.summary.slice(0, before.length)).toBe(before);
  return { backend, adapter: backend.summary.slice(before.length) };
}

const NOT_BUILT =
  "tensorflow does not start: its native library is not built (run `npm start`, or `npx latent setup`)";

describe("useBackend", () => {
  test("starts webgpu by name on any adapter, which the summary names", async () => {
    const { backend, adapter } = await whatStarted();
    expect(backend).toMatchObject({ name: "webgpu", version: tf.version_core, reasons: [] });
    expect(adapter).not.toBe("");
  });

  test("selects webgpu on a real GPU if TensorFlow is missing", { timeout: 300_000 }, async () => {
    const env = { HIDE: "native", DAWN: join(__dirname, "real-adapter.mjs") };
    const { result, lines } = await inChild("return useBackend();", env);
    const summary = `webgpu ${tf.version_core} on the GPU, Example GPU`;
    expect(result).toMatchObject({ name: "webgpu", device: "gpu", summary, reasons: [NOT_BUILT] });
    expect(lines).toEqual([`latent: ${summary}; ${NOT_BUILT}`]);
  });

  test("skips webgpu on a software adapter", { timeout: 300_000 }, async ({ skip }) => {
    const { backend, adapter } = await whatStarted();
    skip(backend.device === "gpu", "the adapter here is a real one");
    const { result } = await inChild("return useBackend();", { HIDE: "native" });
    const why = `webgpu does not start: there is no GPU, only the software adapter ${adapter}`;
    expect(result).toMatchObject({ name: "wasm", reasons: [NOT_BUILT, why] });
  });

  test.runIf(process.platform === "linux")("says what is missing if there is no driver", async () => {
    const none = { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" };
    const why =
      "there is no GPU with a driver for Vulkan, Metal or Direct3D 12, " +
      "or no Vulkan loader (libvulkan1 on Debian and Ubuntu)";
    const { result } = await inChild("return useBackend();", { HIDE: "native", ...none });
    expect(result).toMatchObject({ reasons: [NOT_BUILT, `webgpu does not start: ${why}`] });
    await expect(inChild("await useBackend('webgpu');", none)).rejects.toThrow(
      new Error(`useBackend: the backend "webgpu" does not start: ${why}`),
    );
  });
});

describe("the backend webgpu", () => {
  afterEach(goHome);

  test("reads tensors synchronously and asynchronously, also after a garbage collection", async () => {
    const { result } = await inChild(`
      await useBackend();
      const x = tf.tensor2d([[1, 2], [3, 4]]);
      const sums = [];
      for (let i = 0; i < 20; i++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
        sums.push(tf.tidy(() => x.add(i).sum().dataSync()[0]));
      }
      const later = x.matMul(x).data();
      const now = x.less(2.5).dataSync();
      const kinds = [x.cast("int32").add(tf.scalar(1, "int32")).arraySync(), await x.square().array()];
      await useBackend("cpu");
      return [sums, [...now], [...(await later)], kinds, x.square().arraySync()];
    `);
    const sums = Array.from({ length: 20 }, (_, i) => 10 + 4 * i);
    const squares = [
      [1, 4],
      [9, 16],
    ];
    const plusOne = [
      [2, 3],
      [4, 5],
    ];
    expect(result).toEqual([sums, [1, 1, 0, 0], [7, 10, 15, 22], [plusOne, squares], squares]);
  });

  test("says why a read fails: another read is pending, or the device refused a kernel", async () => {
    const { result } = await inChild(`
      await useBackend();
      const read = (x) => { try { return String(x.dataSync()); } catch (error) { return error.message; } };
      const { device } = tf.backend();
      const other = device.queue.onSubmittedWorkDone();
      const answers = [read(tf.scalar(2).square())];
      await other;
      await new Promise((resolve) => setTimeout(resolve, 20));
      answers.push(read(tf.scalar(3).square()));
      device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
      return [...answers, read(tf.scalar(4).square())];
    `);
    expect(result).toEqual([
      "webgpu: a tensor cannot be read: another read is under way; await that one first",
      "9",
      expect.stringMatching(/^webgpu: the device refused a kernel: .*Buffer usages.*MapRead[^\n]*$/),
    ]);
  });

  test("draws the random numbers of the other backends, bit by bit", async () => {
    const { result } = await inChild("await useBackend(); return plainDraws();");
    expect(result).toEqual(plainDraws());
  });

  /**
   * Operations that move, compare, add or multiply numbers once: WGSL rounds them correctly, so results are
   * equal.
   */
  const exact = new RegExp(
    `^(${[
      "add sub mul min max neg abs sign square relu clip arg gather slice where less logicalAnd",
      "equal cast oneHot tile concat stack split transpose reverse range int32",
    ]
      .join(" ")
      .replaceAll(" ", "|")})`,
  );

  test("agrees with the cpu backend in operations and gradients", async () => {
    const { result } = await inChild("await useBackend(); return plainOperations();");
    const found = result as ReturnType<typeof plainOperations>;
    await useBackend("cpu");
    const expected = plainOperations();
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, { shape, dtype, values }] of Object.entries(expected)) {
      expect(found[name], name).toMatchObject({ shape, dtype });
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      // WGSL 15.7.4 allows errors of 1e-5 for tanh, 2⁻²¹ for log, and (3 + 2 |x|) 2⁻²³ of the value for eˣ
      // and powers, 4e-6 with |x| up to 14 here; a sum of 259 terms has an error of 259 · 2⁻²⁴ = 1.5e-5 of
      // its largest partial sum.
      const allowed = exact.test(name) ? 0 : 3e-5 * largest;
      expect(found[name]?.values ?? [], name).toBeNear(values, { abs: allowed });
    }
  });

  test(
    "trains a VAE on digits like the best backend for 20 steps, within 10⁻³ nats",
    { timeout: 600_000 },
    async () => {
      const { result } = await inChild("await useBackend(); return firstLosses();");
      const losses = result as number[];
      expect(losses).toHaveLength(20);
      expect(losses).toBeNear(await firstLosses(), { abs: 1e-3 });
      expect(losses.at(-1)).toBeLessThan((losses[0] ?? NaN) - 100);
    },
  );
});
