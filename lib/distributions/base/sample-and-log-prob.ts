import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Shape } from "../../core/tensor/shape";
import type { Distribution } from "./distribution";

/**
 * Returns draws with their log-densities in nats, [...S, ...B, ...E] and [...S, ...B].
 *
 * For a transformed distribution it is accurate where `logProb` of the draws is not: the draw of a tanh that
 * rounds to 1 has no inverse, but the number before it is known.
 */
export function sampleAndLogProb(
  distribution: Distribution,
  key: Key,
  sampleShape: Shape = [],
): readonly [x: tf.Tensor, logProb: tf.Tensor] {
  if (distribution.sampleAndLogProb !== undefined) return distribution.sampleAndLogProb(key, sampleShape);
  const x = distribution.sample(key, sampleShape);
  return [x, distribution.logProb(x)];
}

/** Returns the standard deviations of a distribution, √Var[x], [...B, ...E]. */
export function stddev(distribution: Distribution): tf.Tensor {
  return tf.tidy(() => distribution.variance().sqrt());
}
