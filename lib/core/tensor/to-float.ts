import type * as tf from "@tensorflow/tfjs";

/**
 * Returns a tensor in float32: itself if it is. Public functions pass their tensors through it: tfjs divides
 * int32 tensors with rounding down.
 */
export function toFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : x.cast("float32");
}
