/// <reference types="@webgpu/types" />

/** Milliseconds between two of Dawn's turns: a software adapter, and the driver of a real one, need the processor too. */
const PAUSE = 0.05;
const clock = new Int32Array(new SharedArrayBuffer(4)); // stays 0: waiting for it to change is a pause

/**
 * The bytes of a buffer, now. WebGPU itself only promises them.
 *
 * Dawn keeps its promises in turns that it takes with `setImmediate`. Here it gets its turns at once, until the device has
 * done its work. That needs Dawn to wait for nothing else, or its turn is in Node's queue already, out of reach.
 *
 * @param buffer one that can be mapped for reading.
 * @throws when it cannot be mapped, as when the device is lost.
 */
export function readNow(buffer: GPUBuffer): ArrayBuffer {
  const turns: (() => void)[] = [];
  const { setImmediate } = globalThis;
  const take = (turn: () => void): number => turns.push(turn);
  globalThis.setImmediate = take as unknown as typeof setImmediate; // Dawn calls it with one function, and ignores what it gives
  let failure: unknown = "another read is under way; await that one first";
  try {
    buffer.mapAsync(GPUMapMode.READ).catch((error: unknown) => (failure = error));
    while (buffer.mapState === "pending") {
      const turn = turns.shift();
      if (turn === undefined) break;
      turn();
      Atomics.wait(clock, 0, 0, PAUSE);
    }
  } finally {
    globalThis.setImmediate = setImmediate;
    for (const turn of turns) setImmediate(turn);
  }
  if (buffer.mapState !== "mapped") throw new Error(`webgpu: a tensor cannot be read: ${String(failure)}`);
  const bytes = buffer.getMappedRange().slice(0);
  buffer.unmap();
  return bytes;
}
