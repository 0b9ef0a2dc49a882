import * as tf from "@tensorflow/tfjs";
import type { Shape } from "../tensor/shape";
import { uniform } from "./draws";
import type { Key } from "./key";

/** Uniform draws at the centres of the 2²³ cells of [0, 1): neither u nor 1 − u is ever 0, so both have a logarithm. */
export function openUniform(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => uniform(key, shape).add(2 ** -24));
}

/** Standard Gumbel draws, −log(−log u). */
export function gumbel(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => openUniform(key, shape).log().neg().log().neg());
}

/** Standard logistic draws, log u − log(1 − u). */
export function logistic(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => {
    const u = openUniform(key, shape);
    return u.log().sub(u.neg().add(1).log());
  });
}

/** Draws from the Rayleigh density r exp(−r²/2) on r > 0, √(−2 log u). */
export function rayleigh(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => openUniform(key, shape).log().mul(-2).sqrt());
}
