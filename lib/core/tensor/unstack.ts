import * as tf from "@tensorflow/tfjs";

/** The entries of x along an axis, also of an axis of size 1, where the gradient of `tf.unstack` fails. */
export const unstack = (x: tf.Tensor, axis = 0): tf.Tensor[] =>
  x.shape.at(axis) === 1 ? [x.squeeze([axis < 0 ? x.rank + axis : axis])] : tf.unstack(x, axis);
