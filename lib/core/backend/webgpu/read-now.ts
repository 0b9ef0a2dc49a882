/// <reference types="@webgpu/types" />

/** Milliseconds between two of Dawn's callbacks, which leave CPU time to the driver or a software adapter. */
const PAUSE = 0.05;
const clock = new Int32Array(new SharedArrayBuffer(4)); // never changes: waiting for a change is a pause

/**
 * Returns the bytes of a buffer synchronously; WebGPU itself only returns a promise of them.
 *
 * Dawn resolves its promises in callbacks that it schedules by `setImmediate`. They are called here directly,
 * until the device is done. If another read is pending, Dawn's callback is in Node's queue already and cannot
 * be called.
 *
 * @param buffer a buffer that can be mapped for reading.
 * @throws if it cannot be mapped, for example because another read is pending or the device is lost.
 */
export function readNow(buffer: GPUBuffer): ArrayBuffer {
  const callbacks: (() => void)[] = [];
  const { setImmediate } = globalThis;
  const schedule = (callback: () => void): number => callbacks.push(callback);
  // Dawn passes one function and ignores the result.
  globalThis.setImmediate = schedule as unknown as typeof setImmediate;
  let failure: unknown = "another read is under way; await that one first";
  try {
    buffer.mapAsync(GPUMapMode.READ).catch((error: unknown) => (failure = error));
    while (buffer.mapState === "pending") {
      const callback = callbacks.shift();
      if (callback === undefined) break;
      callback();
      Atomics.wait(clock, 0, 0, PAUSE);
    }
  } finally {
    globalThis.setImmediate = setImmediate;
    for (const callback of callbacks) setImmediate(callback);
  }
  if (buffer.mapState !== "mapped") throw new Error(`webgpu: a tensor cannot be read: ${String(failure)}`);
  const bytes = buffer.getMappedRange().slice(0);
  buffer.unmap();
  return bytes;
}
