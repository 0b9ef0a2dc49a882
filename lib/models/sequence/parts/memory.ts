import * as tf from "@tensorflow/tfjs";
import { scan } from "../../../jit";
import { checkCount } from "../../../core/numeric/check-number";
import * as random from "../../../core/random";
import { causalMask } from "../../../nn/attention/attention";
import { sinusoidalPositions } from "../../../nn/attention/positions";
import { transformer, type Transformer } from "../../../nn/attention/transformer";
import { dense, type Dense } from "../../../nn/feedforward/dense";
import { gru, type Gru } from "../../../nn/recurrent/gru";
import { lstm, type Lstm } from "../../../nn/recurrent/lstm";

/** Which observations an encoder uses at time t: o_t, o_1 … o_t, o_t … o_T, or o_1 … o_T. */
export type Sees = "current" | "past" | "future" | "all";

/** A network along the time of a sequence. */
export type Memory =
  | {
      /** Which of the networks this is. */
      readonly kind: "gru";
      /** From the past to t. */
      readonly forwards?: Gru;
      /** From the future to t. */
      readonly backwards?: Gru;
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "lstm";
      /** From the past to t. */
      readonly forwards?: Lstm;
      /** From the future to t. */
      readonly backwards?: Lstm;
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "transformer";
      /** From the inputs to vectors [E], to which sinusoidal positions are added. */
      readonly input: Dense;
      /** The blocks. */
      readonly blocks: Transformer;
    };

/** Options of a memory. */
export interface MemoryOptions {
  /** "gru" by default. */
  readonly network?: Memory["kind"];
  /** The length of its state, for each direction, or E of a transformer; 64 by default. */
  readonly size?: number;
  /** The number of heads of a transformer, 2 by default. */
  readonly heads?: number;
  /** The number of blocks of a transformer, 2 by default. */
  readonly blocks?: number;
}

/** Returns a memory with random weights, for inputs of a given length. */
export function initMemory(
  caller: string,
  key: random.Key,
  [inputs, sees]: readonly [inputs: number, sees: Sees],
  { network = "gru", size = 64, heads = 2, blocks = 2 }: MemoryOptions,
): Memory {
  checkCount(caller, "size", size, 1);
  const [forwardsKey, backwardsKey] = random.split(key);
  if (network === "transformer")
    return {
      kind: network,
      input: dense.init(forwardsKey, inputs, size),
      blocks: transformer.init(backwardsKey, { size, heads, blocks, hidden: 2 * size }),
    };
  const init = <C>(layer: { init: (k: random.Key, inputs: number, hidden: number) => C }) => ({
    ...(sees === "future" ? {} : { forwards: layer.init(forwardsKey, inputs, size) }),
    ...(sees === "past" ? {} : { backwards: layer.init(backwardsKey, inputs, size) }),
  });
  return network === "gru" ? { kind: network, ...init(gru) } : { kind: network, ...init(lstm) };
}

/** Returns the length of what a memory makes of each time. */
export function memorySize(memory: Memory): number {
  if (memory.kind === "transformer") return memory.input.bias.shape[0];
  const cells = [memory.forwards, memory.backwards].filter((cell) => cell !== undefined);
  return cells.reduce((sum, { hiddenWeights }) => sum + hiddenWeights.shape[0], 0);
}

/**
 * Runs a memory along sequences: x [T, B, In] → [T, B, M].
 *
 * @param mask 1 for the steps of a sequence, 0 behind its end, [T, B]: nothing flows back from there.
 */
export function remember(memory: Memory, sees: Sees, x: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (memory.kind === "transformer") return attend(memory, sees, x, mask);
  const [, batch = 0] = x.shape;
  const parts: tf.Tensor[] = [];
  if (memory.kind === "gru") {
    const start = ({ hiddenWeights }: Gru): tf.Tensor => tf.zeros([batch, hiddenWeights.shape[0]]);
    const { forwards, backwards } = memory;
    if (forwards) parts.push(gru.run(forwards, start(forwards), x).all);
    if (backwards) parts.push(backwardsGru(backwards, start(backwards), x, mask));
  } else {
    const { forwards, backwards } = memory;
    if (forwards) parts.push(lstm.run(forwards, lstm.zeros(forwards, batch), x).all);
    if (backwards) parts.push(backwardsLstm(backwards, lstm.zeros(backwards, batch), x, mask));
  }
  return tf.concat(parts, 2);
}

function backwardsGru(cell: Gru, start: tf.Tensor, x: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (mask === undefined) return gru.run(cell, start, x, { reverse: true }).all;
  const [, all] = scan(
    (h: tf.Tensor, now: { x: tf.Tensor; mask: tf.Tensor }) => {
      const next: tf.Tensor = gru.step(cell, h, now.x).mul(now.mask); // zeros until the sequence begins
      return [next, next] as const;
    },
    start,
    { x, mask: mask.expandDims(2) },
    { reverse: true },
  );
  return all;
}

function backwardsLstm(
  cell: Lstm,
  start: { h: tf.Tensor; c: tf.Tensor },
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
): tf.Tensor {
  if (mask === undefined) return lstm.run(cell, start, x, { reverse: true }).all;
  const [, all] = scan(
    (state: { h: tf.Tensor; c: tf.Tensor }, now: { x: tf.Tensor; mask: tf.Tensor }) => {
      const { h, c } = lstm.step(cell, state, now.x);
      const next = { h: h.mul(now.mask), c: c.mul(now.mask) };
      return [next, next.h] as const;
    },
    start,
    { x, mask: mask.expandDims(2) },
    { reverse: true },
  );
  return all;
}

function attend(
  { input, blocks }: Extract<Memory, { kind: "transformer" }>,
  sees: Sees,
  x: tf.Tensor,
  mask: tf.Tensor | undefined,
): tf.Tensor {
  const [steps = 0] = x.shape;
  const past = causalMask(steps); //                                               [T, T]
  const order = sees === "past" ? past : sees === "future" ? past.transpose() : tf.onesLike(past);
  const given = mask === undefined ? order : order.mul(mask.transpose().expandDims(1)); // [B, T, T]
  const positions = sinusoidalPositions(steps, input.bias.shape[0]);
  return transformer.apply(blocks, dense.apply(input, x).add(positions), { mask: given });
}
