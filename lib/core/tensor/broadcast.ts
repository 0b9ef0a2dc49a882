import * as tf from "@tensorflow/tfjs";
import type { Shape } from "./shape";

/**
 * Broadcasts x to a shape. Its gradient is a single sum, while that of `tf.broadcastTo` adds slice by slice.
 */
export function broadcastTo(x: tf.Tensor, shape: Shape): tf.Tensor {
  return tf.tidy(() => x.add(tf.zeros([...shape])));
}
