import type * as tf from "@tensorflow/tfjs";
import { showShape, type Shape } from "../../core/tensor/shape";
import { toFloat } from "../../core/tensor/to-float";

/**
 * Checks that x has the shape of outcomes of a distribution, [...S, ...B, ...E], and returns it in float32.
 *
 * Each batch axis must be present, with its size or 1: tfjs alone would broadcast x [3] with a batch [3, 1]
 * to [3, 3].
 *
 * @throws if it does not, naming the caller.
 */
export function checkEvent(caller: string, x: tf.Tensor, batchShape: Shape, eventShape: Shape): tf.Tensor {
  const expected = [...batchShape, ...eventShape];
  const start = x.rank - expected.length;
  const fits = expected.every((size, i) => {
    const got = x.shape[start + i];
    return got === size || (i < batchShape.length && (got === 1 || size === 1));
  });
  if (start >= 0 && fits) return toFloat(x);
  const shape = expected.length === 0 ? "[...]" : `[..., ${expected.join(", ")}]`;
  throw new Error(`${caller}: x must be ${shape}, got ${showShape(x.shape)}`);
}
