/** The npm package webgpu, but that whatever adapter there is says of itself that it is a real GPU. */
import { create as createDawn, globals } from "webgpu";

export { globals };

/** @param {string[]} options */
export function create(options) {
  const gpu = createDawn(options);
  return {
    gpu, // stays alive with this
    /** @param {GPURequestAdapterOptions} options */
    async requestAdapter(options) {
      const adapter = await gpu.requestAdapter(options);
      const info = { device: "example-1", description: "Example GPU", isFallbackAdapter: false };
      return adapter && Object.defineProperty(adapter, "info", { value: info });
    },
  };
}
