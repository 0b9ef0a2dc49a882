/** The npm package webgpu, with adapters that all report to be a real GPU. */
import { create as createDawn, globals } from "webgpu";

export { globals };

/** @param {string[]} options */
export function create(options) {
  const gpu = createDawn(options);
  return {
    gpu, // keeps the instance of Dawn alive
    /** @param {GPURequestAdapterOptions} options */
    async requestAdapter(options) {
      const adapter = await gpu.requestAdapter(options);
      const info = { device: "example-1", description: "Example GPU", isFallbackAdapter: false };
      return adapter && Object.defineProperty(adapter, "info", { value: info });
    },
  };
}
