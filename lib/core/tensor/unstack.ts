import * as tf from "@tensorflow/tfjs";

/**
 * Returns the entries of x along an axis. Differentiable for axes of size 1 too, for which `tf.unstack`
 * fails.
 */
export function unstack(x: tf.Tensor, axis = 0): tf.Tensor[] {
  return x.shape.at(axis) === 1 ? [x.squeeze([axis < 0 ? x.rank + axis : axis])] : tf.unstack(x, axis);
}
