/// <reference types="@webgpu/types" />
import * as tf from "@tensorflow/tfjs";
import type * as tfjsWebGpu from "@tensorflow/tfjs-backend-webgpu";
import { openDevice, requireGpu, type Adapter, type OpenedDevice } from "./adapter";
import { repairKernels } from "./kernels";
import { readNow } from "./read-now";

/** The backend `webgpu` as this library registers it. */
export interface WebGpuBackend {
  /** The adapter that it computes on. */
  readonly adapter: Adapter;
}

/**
 * Registers tfjs's WebGPU backend in Node, on Dawn, an implementation of WebGPU outside browsers from the
 * optional npm package `webgpu`.
 *
 * @param options `gpuOnly` refuses software adapters.
 * @throws if the package is not installed or does not load, or if there is no adapter, or only a refused one.
 */
export async function registerWebGpu({ gpuOnly }: { readonly gpuOnly: boolean }): Promise<void> {
  if (gpuOnly) await requireGpu();
  if ("webgpu" in tf.engine().registryFactory) return;
  const opened = await openDevice();
  const Backend = nodeBackend(await import("@tensorflow/tfjs-backend-webgpu"));
  const backend = withNavigator(() => new Backend(opened));
  repairKernels();
  tf.registerBackend("webgpu", () => backend, 0);
}

/** Returns tfjs's backend with synchronous reads, for which tfjs itself needs a browser's canvas. */
function nodeBackend({ WebGPUBackend }: typeof tfjsWebGpu): new (opened: OpenedDevice) => tf.KernelBackend {
  return class extends WebGPUBackend implements WebGpuBackend {
    readonly adapter: Adapter;
    readonly gpu: GPU;
    private failure: string | undefined;

    constructor({ gpu, device, adapter }: OpenedDevice) {
      super(device);
      [this.gpu, this.adapter] = [gpu, adapter];
      device.addEventListener("uncapturederror", (event) => {
        const { message } = (event as GPUUncapturedErrorEvent).error;
        this.failure ??= message.trim().replaceAll(/\s*\n\s*/g, " ");
      });
    }

    override readSync(dataId: object): tf.BackendValues {
      const data = this.tensorMap.get(dataId);
      if (!hasValues(data) && data.resource instanceof GPUBuffer)
        data.values = tf.util.convertBackendValuesAndArrayBuffer(this.download(data.resource), data.dtype);
      return super.readSync(dataId);
    }

    override getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer> {
      return Promise.resolve(this.download(buffer));
    }

    private download(buffer: GPUBuffer): ArrayBuffer {
      this.ensureCommandEncoderReady();
      this.endComputePassEncoder();
      this.submitQueue(); // submits what was recorded so far, before the copy
      const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
      const staging = this.bufferManager.acquireBuffer(buffer.size, usage);
      const copy = this.device.createCommandEncoder();
      copy.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
      this.queue.submit([copy.finish()]);
      try {
        const bytes = readNow(staging);
        if (this.failure === undefined) return bytes;
      } finally {
        this.bufferManager.releaseBuffer(staging, staging.mapState === "unmapped");
      }
      throw new Error(`webgpu: the device refused a kernel: ${this.failure}`);
    }
  };
}

/** Whether a tensor's values are in host memory; tfjs's type says that they always are. */
function hasValues({ values }: { readonly values?: tf.BackendValues | null }): boolean {
  return values != null;
}

/** Calls `make` with a browser's `navigator.gpu`, which tfjs requires when it creates the backend. */
function withNavigator<T>(make: () => T): T {
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { gpu: {} }, configurable: true });
  try {
    return make();
  } finally {
    if (own === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", own);
  }
}
