import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../core/key";
import * as random from "../core/random";
import type { Shape } from "../core/shape";

/** Uniform draws in the middle of the cells of their grid: neither 0 nor 1, and nor is 1 − u. */
const insideUnit = (key: Key, shape: Shape): tf.Tensor => random.uniform(key, shape).add(2 ** -24);

/** Standard Gumbel draws, −log(−log u). */
export const gumbel = (key: Key, shape: Shape): tf.Tensor => insideUnit(key, shape).log().neg().log().neg();

/** Standard logistic draws, log u − log(1 − u). */
export function logistic(key: Key, shape: Shape): tf.Tensor {
  const u = insideUnit(key, shape);
  return u.log().sub(u.neg().add(1).log());
}

/** Draws with the density r exp(−r²/2) on r > 0, √(−2 log u): Rayleigh's, or Weibull's with shape 2 and scale √2. */
export const rayleigh = (key: Key, shape: Shape): tf.Tensor => insideUnit(key, shape).log().mul(-2).sqrt();
