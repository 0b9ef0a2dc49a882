import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../core/tensor/shape";
import { lazy } from "../base/lazy";
import type { Box, Space } from "../base/spaces";
import type { Observed, Raw, StatefulTransition } from "../base/stateful";

/** What the child says about its environment, as JSON. */
export interface Description {
  readonly observation: SpaceText;
  readonly action: SpaceText;
  readonly dtype: "uint8" | "int32" | "float32" | "float64";
  /** The channels of a frame, where observations are stacks of frames and a step brings the newest. */
  readonly channels?: number;
}

type Bound = string | readonly string[];
type SpaceText =
  | { readonly kind: "discrete"; readonly n: number }
  | { readonly kind: "box"; readonly shape: readonly number[]; readonly low: Bound; readonly high: Bound };

/** What the child answers if a call failed. */
export interface Failure {
  /** What failed; `error` for an exception of the environment. */
  readonly kind: "missing" | "unknown" | "space" | "render" | "ram" | "error";
  readonly message: string;
}

const ARRAYS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };

/** Returns the space that the child described; its bounds are text, because JSON has no infinity. */
export function readSpace(text: SpaceText): Space {
  if (text.kind === "discrete") return text;
  const read = (bound: Bound): Box["low"] => (typeof bound === "string" ? Number(bound) : bound.map(Number));
  return { ...text, low: read(text.low), high: read(text.high) };
}

/** Reads a JSON body. */
export function readJson(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body.subarray(8)));
}

/** How observations lie in a message. */
export interface Layout {
  readonly n: number;
  readonly dtype: Description["dtype"];
  readonly space: Space;
  readonly channels?: number | undefined;
}

/** Reads the observations of a reset. */
export function readReset(body: Uint8Array, layout: Layout): Observed {
  return observed(readRows(body, 8, layout.n, layout), layout);
}

/**
 * Reads a step: see `server.py`.
 *
 * @param before the observations before the step, whose frames a stack keeps.
 */
export function readStep(body: Uint8Array, before: Raw, layout: Layout): StatefulTransition {
  const { n, channels } = layout;
  const endings = new DataView(body.buffer).getUint32(8, true);
  const rewards = Float32Array.from(new Float64Array(body.buffer, 16, n));
  const flags = 16 + 8 * n;
  const rows = flags + 8 * Math.ceil((2 * n) / 8);
  const depth = (layout.space.kind === "box" ? layout.space.shape.at(-1) : undefined) ?? 1;
  const [finalRaw, size] =
    channels === undefined
      ? [readRows(body, rows, n, layout), before.byteLength]
      : [pushFrames(before, body.subarray(rows), depth, channels), (before.length / depth) * channels];
  const fresh = rows + size;
  const raw = endings === 0 ? finalRaw : beginRows(body, finalRaw, { flags, fresh }, layout);
  const now = lazy(() => toTensor(raw, layout));
  const final = lazy(() => toTensor(finalRaw, layout));
  return {
    raw,
    finalRaw,
    reward: tf.tensor1d(rewards),
    terminated: tf.tensor1d(body.slice(flags, flags + n), "bool"),
    truncated: tf.tensor1d(body.slice(flags + n, flags + 2 * n), "bool"),
    get observation() {
      return now();
    },
    get finalObservation() {
      return final();
    },
  };
}

/** Observations, whose tensor is made when it is read. */
function observed(raw: Raw, layout: Layout): Observed {
  const observation = lazy(() => toTensor(raw, layout));
  return {
    raw,
    get observation() {
      return observation();
    },
  };
}

/**
 * Drops the oldest frame of each stack and adds the newest.
 *
 * @param stacks [n, H, W, depth] bytes, the oldest frame first.
 * @param newest [n, H, W, channels], and possibly more after it.
 */
function pushFrames(stacks: Raw, newest: Uint8Array, depth: number, channels: number): Uint8Array {
  const out = new Uint8Array(stacks.length);
  out.set(stacks.subarray(channels)); // all of them moved on by one frame; the last places are overwritten
  let from = 0;
  for (let at = depth - channels; at < out.length; at += depth)
    for (let c = 0; c < channels; c++) out[at + c] = newest[from++] ?? 0;
  return out;
}

/** Puts the first observations of new episodes into the rows that have ended. */
function beginRows(body: Uint8Array, final: Raw, at: { flags: number; fresh: number }, layout: Layout): Raw {
  const { n } = layout;
  const ended = Array.from({ length: n }, (_, i) => i).filter(
    (i) => body[at.flags + i] === 1 || body[at.flags + n + i] === 1,
  );
  const first = readRows(body, at.fresh, ended.length, layout);
  const width = final.length / n;
  const whole = final.slice();
  ended.forEach((row, k) => whole.set(first.subarray(k * width, (k + 1) * width), row * width));
  return whole;
}

function readRows(body: Uint8Array, at: number, count: number, { dtype, space }: Layout): Raw {
  const width = space.kind === "box" ? sizeOf(space.shape) : 1;
  const array = ARRAYS[dtype];
  const aligned = at % array.BYTES_PER_ELEMENT === 0; // last rows may follow an odd number of bytes
  if (aligned) return new array(body.buffer as ArrayBuffer, at, count * width);
  return new array(body.slice(at, at + count * width * array.BYTES_PER_ELEMENT).buffer, 0, count * width);
}

function toTensor(raw: Raw, { n, space }: Layout): tf.Tensor {
  if (space.kind === "discrete") return tf.tensor1d(Int32Array.from(raw), "int32");
  return tf.tensor(raw instanceof Float32Array ? raw.slice() : new Float32Array(raw), [n, ...space.shape]);
}
