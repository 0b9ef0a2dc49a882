/// <reference types="@webgpu/types" />
import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** What WebGPU computes on. */
export interface Adapter {
  /** The adapter's own name, for example `NVIDIA GeForce RTX 4070`. */
  readonly name: string;
  /** Whether it is a program that plays a GPU on the processor, as SwiftShader, lavapipe and WARP do. */
  readonly software: boolean;
}

/** A WebGPU device, and the adapter that it is on. */
export interface Opened {
  /** Dawn itself. The device works only as long as this object lives, and does not keep it alive. */
  readonly gpu: GPU;
  readonly device: GPUDevice;
  readonly adapter: Adapter;
}

/** The part of the npm package `webgpu` that is used here. */
interface Dawn {
  readonly create: (options: readonly string[]) => GPU;
  /** GPUBuffer, GPUBufferUsage and so on: what a browser has as global names. */
  readonly globals: object;
}

interface AdapterInfo {
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

const FAST = { powerPreference: "high-performance" } as const;

const NO_ADAPTER =
  "there is no GPU with a driver for Vulkan, Metal or Direct3D 12" +
  (process.platform === "linux" ? ", or no Vulkan loader (libvulkan1 on Debian and Ubuntu)" : "");

/** A device has the smallest limits of WebGPU unless it asks for more; these are the ones that tfjs's kernels run into. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
] as const;

/**
 * Opens the fastest adapter, and gives tfjs the global names that it expects of WebGPU.
 *
 * @throws when the package `webgpu` is not installed or does not load, and when there is no adapter.
 */
export async function openDevice(): Promise<Opened> {
  const { create, globals } = (await import(dawnAddress())) as Dawn;
  const gpu = create([]);
  const found = await gpu.requestAdapter(FAST);
  if (found === null) throw new Error(NO_ADAPTER);
  const device = await found.requestDevice({
    requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, found.limits[name]])),
  });
  await new Promise(setImmediate); // the last of Dawn's turns for these requests: see readNow
  Object.assign(globalThis, globals);
  const { info } = found as GPUAdapter & { readonly info: AdapterInfo }; // newer than the types that tfjs brings
  return { gpu, device, adapter: adapterFrom(info) };
}

/**
 * Makes sure that there is a real GPU.
 *
 * It looks in a process of its own, since Dawn and the drivers write to the terminal what they miss on the way, and a broken
 * driver takes its process along.
 *
 * @throws when there is none, or only a software adapter.
 */
export async function requireGpu(): Promise<void> {
  const script = `import(process.argv[1])
    .then(({ create }) => create([]).requestAdapter(${JSON.stringify(FAST)}))
    .then((adapter) => {
      const { device, description, isFallbackAdapter } = adapter?.info ?? {};
      console.log(JSON.stringify(adapter && { device, description, isFallbackAdapter }));
    })
    .catch((error) => console.log(JSON.stringify({ error: String(error.message) })));`;
  const run = promisify(execFile)(process.execPath, ["--eval", script, dawnAddress()], { timeout: 20_000 });
  const { stdout } = await run.catch(() => {
    throw new Error("the process that looked for a GPU failed, or took longer than 20 seconds");
  });
  const answer = JSON.parse(stdout) as AdapterInfo | { readonly error: string } | null;
  if (answer === null) throw new Error(NO_ADAPTER);
  if ("error" in answer) throw new Error(answer.error);
  const { name, software } = adapterFrom(answer);
  if (software) throw new Error(`there is no GPU, only the software adapter ${name}`);
}

function dawnAddress(): string {
  try {
    return pathToFileURL(require.resolve("webgpu")).href;
  } catch {
    throw new Error(
      "the optional npm package webgpu is not installed (run `npm install --include=optional`)",
    );
  }
}

const adapterFrom = ({ device, description, isFallbackAdapter }: AdapterInfo): Adapter => ({
  name: [description, device].find((name) => name !== "") ?? "without a name",
  software: isFallbackAdapter,
});
