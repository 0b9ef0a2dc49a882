import * as tf from "@tensorflow/tfjs";

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
  /** x / (1 + e⁻ˣ) (Hendrycks & Gimpel 2016; also called swish) */
  silu: (x: tf.Tensor): tf.Tensor => tf.tidy(() => x.mul(x.sigmoid())),
  /** x Φ(x), with the distribution function Φ of N(0, 1) (Hendrycks & Gimpel 2016) */
  gelu: (x: tf.Tensor): tf.Tensor => tf.tidy(() => x.mul(Math.SQRT1_2).erf().add(1).mul(x.mul(0.5))),
  /** log(1 + eˣ) */
  softplus: (x: tf.Tensor): tf.Tensor => x.softplus(),
} as const;

/** The name of a nonlinearity. */
export type Activation = keyof typeof activations;
