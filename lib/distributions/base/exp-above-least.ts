import * as tf from "@tensorflow/tfjs";

/** Just above log 2⁻¹²⁶. */
const LOG_LEAST = -87.33;

/**
 * Returns eˣ, but about the least normal number where it would underflow. The gradient with respect to x is
 * that value everywhere, so that the gradient of the logarithm of the result is 1.
 */
export function expAboveLeast(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [input, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const value = input.maximum(LOG_LEAST).exp();
    save([value]);
    return { value, gradFunc: (dy: tf.Tensor, [y]: tf.Tensor[]) => dy.mul(y as tf.Tensor) };
  })(x);
}
