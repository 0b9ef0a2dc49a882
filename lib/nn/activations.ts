import type * as tf from "@tensorflow/tfjs";

/** Elementwise nonlinearities by name, so that the parameters of a network can name theirs. */
export const activations = {
  relu: (x: tf.Tensor): tf.Tensor => x.relu(),
  tanh: (x: tf.Tensor): tf.Tensor => x.tanh(),
  elu: (x: tf.Tensor): tf.Tensor => x.elu(),
  sigmoid: (x: tf.Tensor): tf.Tensor => x.sigmoid(),
} as const;

/** The name of a nonlinearity. */
export type Activation = keyof typeof activations;
