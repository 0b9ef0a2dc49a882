import * as tf from "@tensorflow/tfjs";

/** A 1 at the place of each index among `count`, else 0: [...] → [..., count]. That of tfjs refuses a count of 1. */
export const oneHot = (index: tf.Tensor, count: number): tf.Tensor =>
  tf.tidy(() =>
    count === 1 ? tf.ones([...index.shape, 1]) : tf.oneHot(index.cast("int32"), count).cast("float32"),
  );
