import type * as tf from "@tensorflow/tfjs";

/** Elementwise nonlinearities by name, so that the parameters of a network can name theirs. */
export const activations = {
  /** max(x, 0) */
  relu: (x: tf.Tensor): tf.Tensor => x.relu(),
  /** tanh x */
  tanh: (x: tf.Tensor): tf.Tensor => x.tanh(),
  /** x if x > 0, otherwise eˣ − 1 */
  elu: (x: tf.Tensor): tf.Tensor => x.elu(),
  /** 1 / (1 + e⁻ˣ) */
  sigmoid: (x: tf.Tensor): tf.Tensor => x.sigmoid(),
} as const;

/** The name of a nonlinearity. */
export type Activation = keyof typeof activations;
