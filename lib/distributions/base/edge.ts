import * as tf from "@tensorflow/tfjs";

/** The least normal number, and the largest one below 1: where logarithms are taken in place of 0 and 1. */
export const [LEAST, BELOW_ONE] = [2 ** -126, 1 - 2 ** -24];

/**
 * What the edge of a support adds to a finite log-density: −∞ beyond it and 0 inside; on it, where the
 * density is d^(α − 1), −∞ for α > 1, 0 for α = 1, and ∞ for α < 1. Without gradient.
 *
 * @param distance d, the signed distance into the support.
 */
export function logAtEdge(distance: tf.Tensor, alpha: tf.Tensor): tf.Tensor {
  return tf.customGrad((d) => ({
    value: tf.tidy(() => {
      const x = d as tf.Tensor;
      const onEdge = tf.where(alpha.less(1), Infinity, tf.where(alpha.greater(1), -Infinity, 0));
      return tf.where(x.equal(0), onEdge, tf.where(x.less(0), -Infinity, 0));
    }),
    gradFunc: () => tf.zeros(distance.shape),
  }))(distance);
}
