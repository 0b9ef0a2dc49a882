import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import { isTracing } from "../../core/tensor/tracing";
import type { Transition } from "./environment";
import { canvas, type Canvas } from "../../raster/canvas";

/** Returns a tree whose row b is that of `yes` where mask[b] is true, otherwise that of `no`. */
export function selectRows<T>(mask: tf.Tensor, yes: T, no: T): T {
  return tree.map(
    (a, b) => select(mask.reshape([-1, ...new Array<number>(a.rank - 1).fill(1)]), a, b),
    yes,
    no,
  );
}

/** `tf.where`, which writes truth values out of bounds on wasm. */
function select(isYes: tf.Tensor, yes: tf.Tensor, no: tf.Tensor): tf.Tensor {
  if (yes.dtype !== "bool") return tf.where(isYes, yes, no);
  return isYes.logicalAnd(yes).logicalOr(isYes.logicalNot().logicalAnd(no));
}

/** Returns [B] false. */
export function never(rows: number): tf.Tensor1D {
  return tf.zeros([rows], "bool");
}

/**
 * Paints one picture for each row, [B, size, size, 3].
 *
 * @param caller the environment, for messages.
 * @param state the columns of numbers that `draw` needs, each [B, ...].
 * @param draw paints a row from its numbers.
 * @throws in a compiled function.
 */
export function paintRows<const N extends string>(
  caller: string,
  state: Readonly<Record<N, tf.Tensor>>,
  size: number,
  draw: (on: Canvas, row: Record<N, number[]>) => void,
): tf.Tensor4D {
  if (isTracing())
    throw new Error(`${caller}.render: cannot be compiled, because it reads the state; call it outside`);
  const names = Object.keys(state) as N[];
  const columns = names.map((name) => ({ name, x: state[name], values: Array.from(state[name].dataSync()) }));
  const rows = columns[0]?.x.shape[0] ?? 0;
  const pixels = new Float32Array(rows * size * size * 3);
  for (let b = 0; b < rows; b++) {
    const row = Object.fromEntries(
      columns.map(({ name, x, values }) => {
        const width = x.size / rows;
        return [name, values.slice(b * width, (b + 1) * width)];
      }),
    ) as Record<N, number[]>;
    draw(canvas(size, size, pixels.subarray(b * size * size * 3, (b + 1) * size * size * 3)), row);
  }
  return tf.tensor4d(pixels, [rows, size, size, 3]);
}

/** Returns the step of a system that never ends by itself. */
export function continuing<S>(state: S, observation: tf.Tensor, reward: tf.Tensor1D): Transition<S> {
  const rows = reward.shape[0];
  return { state, observation, reward, terminated: never(rows), truncated: never(rows) };
}
