import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";

/** log 2⁻¹²⁶, rounded up. */
const LOG_LEAST = -87.33654;

/**
 * Returns eˣ, but the least normal number where it would underflow. The gradient with respect to x is that
 * value everywhere, so that the gradient of the logarithm of the result is 1.
 */
export function expAboveLeast(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => x.add(detached((value) => value.maximum(LOG_LEAST).sub(value), x)).exp());
}
