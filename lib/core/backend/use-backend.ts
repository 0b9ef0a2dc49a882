import { dirname, join } from "node:path";
import { availableParallelism } from "node:os";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { setUpCompileCache } from "./compile-cache";
import { announceFirstTensor, hideBanner } from "./first-tensor";
import type { NativeBackend } from "./native";
import { registerReductions } from "./reductions";
import { registerWebGpu, type WebGpuBackend } from "./webgpu/backend";

announceFirstTensor();

/** The names of the tensor backends, the fastest first. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** The name of a tensor backend. */
export type BackendName = (typeof backendNames)[number];

/** The tensor backend in use. */
export interface Backend {
  /** The backend, as `LATENT_BACKEND` names it. */
  readonly name: BackendName;
  /** The version of TensorFlow for `tensorflow`, otherwise of tfjs. */
  readonly version: string;
  /** Where tensors are computed. */
  readonly device: "cpu" | "gpu";
  /** A one-line description, for example `tensorflow 2.21.0 on the CPU, 2 threads`. */
  readonly summary: string;
  /** Why each faster backend was not used; empty if the fastest one, or one requested by name, is in use. */
  readonly reasons: readonly string[];
}

function isBackendName(name: string): name is BackendName {
  return (backendNames as readonly string[]).includes(name);
}

/**
 * Selects the tensor backend: the first of `tensorflow`, `webgpu`, `wasm` and `cpu` that starts.
 *
 * `webgpu` is skipped if there is no GPU; requested by name, it also runs on a software adapter.
 *
 * @param name the backend to use; by default the value of the environment variable `LATENT_BACKEND`, if it is
 *   set.
 * @returns the backend now in use. If faster ones were skipped, one line on the console says why.
 * @throws if `name` is unknown, if the backend requested by name does not start, or if no backend starts.
 */
export async function useBackend(name: string | undefined = process.env["LATENT_BACKEND"]): Promise<Backend> {
  if (name === undefined || name === "") return firstThatStarts(backendNames);
  if (!isBackendName(name))
    throw new Error(
      `useBackend: the backend must be one of ${backendNames.join(", ")}, got "${name}"; ` +
        "change LATENT_BACKEND or leave it unset",
    );
  const failure = await start(name, { gpuOnly: false });
  if (failure !== undefined) throw new Error(`useBackend: the backend "${name}" does not start: ${failure}`);
  return describe(name, []);
}

async function firstThatStarts(names: readonly BackendName[]): Promise<Backend> {
  const reasons: string[] = [];
  for (const name of names) {
    const failure = await start(name, { gpuOnly: true });
    if (failure === undefined) {
      const backend = describe(name, reasons);
      if (reasons.length > 0) console.log(`latent: ${backend.summary}; ${reasons.join("; ")}`);
      return backend;
    }
    reasons.push(`${name} does not start: ${failure}`);
  }
  throw new Error(`useBackend: no backend starts: ${reasons.join("; ")}`);
}

/** Starts a backend and makes it current; returns the reason if that fails, otherwise undefined. */
async function start(name: BackendName, webGpu: { gpuOnly: boolean }): Promise<string | undefined> {
  try {
    if (name === "tensorflow") await loadTensorFlow();
    if (name === "webgpu") await registerWebGpu(webGpu);
    if (name === "wasm") await loadWasm();
    if (!(await tf.setBackend(name))) return "tfjs refused it";
    await tf.ready();
    registerReductions(name);
    if (name === "cpu") hideBanner();
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

async function loadTensorFlow(): Promise<void> {
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  process.env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
  process.env["TF_ENABLE_ONEDNN_OPTS"] ??= "1"; // TensorFlow turns oneDNN off on processors without AVX-512
  restoreUtilFunctions();
  const addon = join(dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json")), "lib", "napi-v8");
  setUpCompileCache(join(addon, "tfjs_binding.node"));
  await import("@tensorflow/tfjs-node-gpu");
}

/** Restores functions of node:util that tfjs-node 4.22 calls and Node 23 removed. */
function restoreUtilFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  legacy["isArray"] ??= Array.isArray;
  legacy["isString"] ??= (value: unknown) => typeof value === "string";
}

async function loadWasm(): Promise<void> {
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
}

const REBUILD = "(run `npm start`, or `npx latent setup`)";

/** Returns an error's message in one line, and our remedy instead of tfjs's advice to run `npm rebuild`. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/tfjs_binding\.node.*can not be found/s.test(message))
    return `its native library is not built ${REBUILD}`;
  const [line = message] = message.split("\n");
  return /shared object|Library not loaded/.test(line) ? `${line} ${REBUILD}` : line;
}

function describe(name: BackendName, reasons: readonly string[]): Backend {
  const native = name === "tensorflow" ? (tf.backend() as unknown as NativeBackend) : undefined;
  const version = native?.binding.TF_Version ?? tf.version_core;
  const adapter = name === "webgpu" ? (tf.backend() as unknown as WebGpuBackend).adapter : undefined;
  const device = native?.isUsingGpuDevice === true || adapter?.software === false ? "gpu" : "cpu";
  const threads = name === "tensorflow" ? availableParallelism() : 1; // tfjs has no wasm threads in Node
  const where = device === "gpu" ? "the GPU" : `the CPU, ${threads} thread${threads === 1 ? "" : "s"}`;
  const how = adapter === undefined ? where : `the ${device.toUpperCase()}, ${adapter.name}`;
  return { name, version, device, summary: `${name} ${version} on ${how}`, reasons };
}
