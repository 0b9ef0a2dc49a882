import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";
import { BELOW_ONE, LEAST } from "./edge";

/**
 * Computes quantiles from levels p inside (0, 1), and replaces them at 0 and 1, and by NaN beyond.
 *
 * @param p [...].
 * @param ends the quantiles of 0 and 1.
 * @param f computes quantiles from p and 1 − p, of the shape of p, with p from 2⁻¹²⁶ to 1 − 2⁻²⁴.
 */
export function atLevels(
  p: tf.Tensor,
  [low, high]: readonly [number, number],
  f: (p: tf.Tensor, q: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const inside = p.add(detached((x) => x.clipByValue(LEAST, BELOW_ONE).sub(x), p));
  const x = f(inside, tf.sub(1, inside));
  const atStart = tf.where(p.equal(0), low, tf.where(p.equal(1), high, x));
  return tf.where(p.greaterEqual(0).logicalAnd(p.lessEqual(1)), atStart, NaN);
}
