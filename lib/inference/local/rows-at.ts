import * as tf from "@tensorflow/tfjs";
import { oneHot } from "../../core/tensor/one-hot";

/**
 * Copies rows of x [N, ...]: those at the indices int32 [B], the one at a single index without the axis, or
 * all.
 *
 * @throws if a single index is not an integer in [0, N − 1].
 */
export function rowsAt(caller: string, x: tf.Tensor, at: tf.Tensor | number | undefined): tf.Tensor {
  if (at === undefined) return x.clone();
  if (typeof at !== "number") return gatherRows(x, at);
  const count = x.shape[0];
  if (!(Number.isInteger(at) && at >= 0 && at < count))
    throw new Error(`${caller}: at must be an integer from 0 to ${count - 1}, got ${at}`);
  return tf.slice(x, at, 1).squeeze([0]);
}

/** `tf.gather` with a gradient on every backend: that of tfjs uses `UnsortedSegmentSum`, which wasm lacks. */
function gatherRows(x: tf.Tensor, rows: tf.Tensor): tf.Tensor {
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  if (kernels.some(({ kernelName }) => kernelName === "UnsortedSegmentSum")) return tf.gather(x, rows);
  return tf.customGrad((input) => ({
    value: tf.gather(input as tf.Tensor, rows),
    gradFunc: (dy: tf.Tensor) => {
      const places = oneHot(rows, x.shape[0]); //                    [B, N]
      return tf.matMul(places, dy.reshape([rows.size, -1]), true).reshape(x.shape);
    },
  }))(x);
}
