import * as tf from "@tensorflow/tfjs";

/** Copies of rows of x [N, ...]: those at int32 [B], the one at a number without its axis, or all. */
export function rowsAt(caller: string, x: tf.Tensor, at: tf.Tensor | number | undefined): tf.Tensor {
  if (at === undefined) return x.clone();
  if (typeof at !== "number") return tf.gather(x, at);
  const count = x.shape[0];
  if (!(Number.isInteger(at) && at >= 0 && at < count))
    throw new Error(`${caller}: at must be a whole number from 0 to ${count - 1}, got ${at}`);
  return tf.slice(x, at, 1).squeeze([0]);
}
