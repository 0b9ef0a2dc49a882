import * as tf from "@tensorflow/tfjs";
import type { Shape } from "../tensor/shape";
import { uniform } from "./draws";
import type { Key } from "./key";

/** Draws uniformly from the centres of 2²³ cells of [0, 1), so that log u and log(1 − u) are finite. */
export function openUniform(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => uniform(key, shape).add(2 ** -24));
}

/** Draws from the standard Gumbel distribution, −log(−log u). */
export function gumbel(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => openUniform(key, shape).log().neg().log().neg());
}

/** Draws from the standard logistic distribution, log u − log(1 − u). */
export function logistic(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => {
    const u = openUniform(key, shape);
    return u.log().sub(u.neg().add(1).log());
  });
}

/** Draws from the Rayleigh distribution, with density r exp(−r²/2) on r > 0, as √(−2 log u). */
export function rayleigh(key: Key, shape: Shape): tf.Tensor {
  return tf.tidy(() => openUniform(key, shape).log().mul(-2).sqrt());
}
