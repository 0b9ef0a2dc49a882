import { type Key, random, tf } from "latent";

/** Coins that show 1 once in five times: images without content, which cost as much as others, but there is a rate to learn. */
export const coins = (key: Key, shape: readonly number[]): tf.Tensor =>
  tf.tidy(() => random.uniform(key, shape).less(0.2).cast("float32"));
