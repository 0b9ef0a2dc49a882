import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Backend, backendNames, tf, useBackend } from "latent";
import { describe, expect, test } from "vitest";

const loader = join(__dirname, "..", "..", "support", "typescript-loader.cjs");
const useBackendFile = join(__dirname, "../../../lib/core/backend/use-backend.ts");
const script = `
  const { useBackend } = require(${JSON.stringify(useBackendFile)});
  const tf = require("@tensorflow/tfjs");
  useBackend().then(
    (backend) => {
      const product = tf.ones([2, 3]).matMul(tf.ones([3, 5]));
      console.log(JSON.stringify({ ...backend, runs: tf.getBackend(), sum: product.sum().dataSync()[0] }));
    },
    (error) => console.log(JSON.stringify({ error: error.message })),
  );
`;

interface Outcome extends Backend {
  readonly runs: string;
  readonly sum: number;
  readonly error?: string;
}

/** Runs useBackend() in a separate process; returns its outcome and what it printed. */
async function inChild(
  env: Record<string, string>,
): Promise<{ outcome: Outcome; lines: string[]; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--require", loader, "--eval", script],
    {
      cwd: join(__dirname, "../../.."),
      env: { ...process.env, LATENT_BACKEND: "", ...env },
    },
  );
  const lines = stdout.trim().split("\n");
  return { outcome: JSON.parse(lines.pop() ?? "null") as Outcome, lines, stderr };
}

const WHY_NOT_BUILT = "its native library is not built (run `npm start`, or `npx latent setup`)";
const NOT_BUILT = `tensorflow does not start: ${WHY_NOT_BUILT}`;
const NO_WEBGPU =
  "webgpu does not start: the optional npm package webgpu is not installed " +
  "(run `npm install --include=optional`)";

describe("useBackend", () => {
  test("selects the first backend that starts, and prints nothing if that is the fastest", async () => {
    const { outcome, lines } = await inChild({});
    expect(backendNames).toContain(outcome.name);
    expect(outcome).toMatchObject({ runs: outcome.name, sum: 30 });
    expect(lines).toHaveLength(outcome.reasons.length > 0 ? 1 : 0);
    expect(outcome.name === "tensorflow").toBe(outcome.reasons.length === 0);
  });

  test.each(["wasm", "cpu"])("selects %s if LATENT_BACKEND names it, and prints nothing", async (name) => {
    const { outcome, lines, stderr } = await inChild({ LATENT_BACKEND: name });
    expect(outcome).toMatchObject({ name, runs: name, sum: 30, version: tf.version_core, device: "cpu" });
    expect(outcome.summary).toBe(`${name} ${tf.version_core} on the CPU, 1 thread`);
    expect(outcome.reasons).toEqual([]);
    expect([lines, stderr]).toEqual([[], ""]);
  });

  test("falls back to wasm without the native addon and WebGPU, and prints one line", async () => {
    const { outcome, lines } = await inChild({ HIDE: "native,webgpu" });
    expect(outcome).toMatchObject({ name: "wasm", runs: "wasm", sum: 30, reasons: [NOT_BUILT, NO_WEBGPU] });
    expect(lines).toEqual([
      `latent: wasm ${tf.version_core} on the CPU, 1 thread; ${NOT_BUILT}; ${NO_WEBGPU}`,
    ]);
  });

  test("names the missing library of TensorFlow, and the remedy", async () => {
    const { outcome } = await inChild({ HIDE: "libraries,webgpu" });
    expect(outcome.name).toBe("wasm");
    expect(outcome.reasons).toEqual([
      "tensorflow does not start: libtensorflow_cc.so.2: cannot open shared object file: " +
        "No such file or directory (run `npm start`, or `npx latent setup`)",
      NO_WEBGPU,
    ]);
  });

  test("falls back to cpu without wasm, with all reasons", async () => {
    const { outcome, lines } = await inChild({ HIDE: "native,webgpu,wasm" });
    expect(outcome).toMatchObject({ name: "cpu", runs: "cpu", sum: 30 });
    expect(lines).toEqual([
      `latent: cpu ${tf.version_core} on the CPU, 1 thread; ${NOT_BUILT}; ${NO_WEBGPU}; ` +
        "wasm does not start: tfjs refused it",
    ]);
  });

  test("does not fall back from a backend requested by name", async () => {
    const { outcome } = await inChild({ HIDE: "native", LATENT_BACKEND: "tensorflow" });
    expect(outcome.error).toBe(`useBackend: the backend "tensorflow" does not start: ${WHY_NOT_BUILT}`);
  });

  test("throws on an unknown name, and lists the backends", async () => {
    await expect(useBackend("webgl")).rejects.toThrow(
      'useBackend: the backend must be one of tensorflow, webgpu, wasm, cpu, got "webgl"; ' +
        "change LATENT_BACKEND or leave it unset",
    );
  });
});
