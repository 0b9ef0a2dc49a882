import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { oneHot } from "../../core/tensor/one-hot";

/** Parameters of an embedding. */
export interface Embedding {
  /** One vector per index, [N, E]. */
  readonly vectors: tf.Tensor2D;
}

/** A table of vectors, one for each of N indices. */
export const embedding = {
  /**
   * Draws the vectors from N(0, 1/E), so that their length is about 1.
   *
   * @param count N.
   * @param size E.
   * @throws if a size is not a positive integer.
   */
  init(key: random.Key, count: number, size: number): Embedding {
    checkCount("embedding.init", "count", count, 1);
    checkCount("embedding.init", "size", size, 1);
    return {
      vectors: tf.tidy(() => random.normal(key, [count, size]).div<tf.Tensor2D>(Math.sqrt(size))),
    };
  },

  /**
   * Looks vectors up: indices [...] → [..., E], zeros for an index outside 0 … N − 1. As a product with
   * one-hot rows, whose gradient exists on all backends; it suits up to some thousands of indices.
   */
  apply({ vectors }: Embedding, index: tf.Tensor): tf.Tensor {
    const [count, size] = vectors.shape;
    return tf.tidy(() => {
      const rows = oneHot(index.flatten(), count); //                      [..., N]
      return rows.matMul(vectors).reshape([...index.shape, size]);
    });
  },
};
