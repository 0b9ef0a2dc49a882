/// <reference types="@webgpu/types" />
import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** The hardware or software that WebGPU computes on. */
export interface Adapter {
  /** The name of the adapter, for example `NVIDIA GeForce RTX 4070`. */
  readonly name: string;
  /** Whether it emulates a GPU on the CPU, as SwiftShader, lavapipe and WARP do. */
  readonly software: boolean;
}

/** A WebGPU device and its adapter. */
export interface OpenedDevice {
  /** The instance of Dawn. The device works only while this object is alive, and does not keep it alive. */
  readonly gpu: GPU;
  readonly device: GPUDevice;
  readonly adapter: Adapter;
}

/** The npm package `webgpu`, as far as it is used here. */
interface Dawn {
  readonly create: (options: readonly string[]) => GPU;
  /** The globals of a browser: GPUBuffer, GPUBufferUsage and so on. */
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

/** Limits that tfjs's kernels reach; a device has WebGPU's lowest limits unless it requests higher ones. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
] as const;

/**
 * Opens the fastest adapter, and defines the globals of WebGPU that tfjs expects.
 *
 * @throws if the package `webgpu` is not installed or does not load, or if there is no adapter.
 */
export async function openDevice(): Promise<OpenedDevice> {
  const { create, globals } = (await import(dawnAddress())) as Dawn;
  const gpu = create([]);
  const found = await gpu.requestAdapter(FAST);
  if (found === null) throw new Error(NO_ADAPTER);
  const device = await found.requestDevice({
    requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, found.limits[name]])),
  });
  await new Promise(setImmediate); // Dawn's last callback for these requests; see readNow
  Object.assign(globalThis, globals);
  const { info } = found as GPUAdapter & { readonly info: AdapterInfo }; // newer than tfjs's types
  return { gpu, device, adapter: adapterFrom(info) };
}

/**
 * Checks that there is a real GPU.
 *
 * The check runs in a separate process, because Dawn and the drivers print warnings to the terminal and a
 * broken driver can crash its process.
 *
 * @throws if there is no adapter, or only a software adapter.
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

function adapterFrom({ device, description, isFallbackAdapter }: AdapterInfo): Adapter {
  return {
    name: [description, device].find((name) => name !== "") ?? "without a name",
    software: isFallbackAdapter,
  };
}
