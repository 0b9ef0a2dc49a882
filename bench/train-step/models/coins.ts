import { random, tf, type Key } from "latent";

/** Fair coins, 0 or 1: images without content, which cost as much as others. */
export const coins = (key: Key, shape: readonly number[]): tf.Tensor =>
  tf.tidy(() => random.uniform(key, shape).greaterEqual(0.5).cast("float32"));
