import type * as tf from "@tensorflow/tfjs";

/** Elementwise nonlinearities by name, so that a network's parameters can say which one they are for. */
export const activations = {
  relu: (x: tf.Tensor): tf.Tensor => x.relu(),
  tanh: (x: tf.Tensor): tf.Tensor => x.tanh(),
  elu: (x: tf.Tensor): tf.Tensor => x.elu(),
  sigmoid: (x: tf.Tensor): tf.Tensor => x.sigmoid(),
} as const;

export type Activation = keyof typeof activations;
