import { type Key, random, tf } from "latent";

/**
 * Samples Bernoulli(0.2) pixels: images without structure, which cost as much as real ones and have a rate to
 * learn.
 */
export function coins(key: Key, shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => random.uniform(key, shape).less(0.2).cast("float32"));
}
