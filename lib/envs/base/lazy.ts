import type * as tf from "@tensorflow/tfjs";

/**
 * Returns a function that makes a tensor at its first call and returns the same one at the next, unless it
 * was disposed of: then it makes another.
 */
export function lazy<T extends tf.Tensor>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    if (made === undefined || made.isDisposed) made = make();
    return made;
  };
}
