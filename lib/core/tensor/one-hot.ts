import * as tf from "@tensorflow/tfjs";

/** Returns one-hot encodings, [...] → [..., count] in float32; unlike `tf.oneHot`, also for a count of 1. */
export function oneHot(index: tf.Tensor, count: number): tf.Tensor {
  return tf.tidy(() =>
    count === 1 ? tf.ones([...index.shape, 1]) : tf.oneHot(index.cast("int32"), count).cast("float32"),
  );
}
