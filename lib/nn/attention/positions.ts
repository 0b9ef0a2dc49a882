import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";

/**
 * Returns sinusoidal positions (Vaswani et al. 2017, section 3.5), [T, 1, E]: sin(t / 10000^{2i/E}) at 2i and
 * the cosine at 2i + 1. Add them to a sequence [T, B, E].
 *
 * @throws if T is not a positive integer, or E not an even one.
 */
export function sinusoidalPositions(steps: number, size: number): tf.Tensor3D {
  checkCount("sinusoidalPositions", "steps", steps, 1);
  checkCount("sinusoidalPositions", "size", size, 2);
  if (size % 2 !== 0) throw new Error(`sinusoidalPositions: size must be even, got ${size}`);
  const values = new Float32Array(steps * size);
  for (let t = 0; t < steps; t++)
    for (let i = 0; i < size; i += 2) {
      const angle = t / 10_000 ** (i / size);
      values[t * size + i] = Math.sin(angle);
      values[t * size + i + 1] = Math.cos(angle);
    }
  return tf.tensor3d(values, [steps, 1, size]);
}

/** Learned positions: one vector for each of T positions. */
export interface LearnedPositions {
  /** [T, 1, E] */
  readonly vectors: tf.Tensor3D;
}

/** Positions that are parameters. */
export const learnedPositions = {
  /**
   * Draws the vectors from N(0, 0.02²), as BERT does (Devlin et al. 2019).
   *
   * @throws if a size is not a positive integer.
   */
  init(key: random.Key, steps: number, size: number): LearnedPositions {
    checkCount("learnedPositions.init", "steps", steps, 1);
    checkCount("learnedPositions.init", "size", size, 1);
    return { vectors: tf.tidy(() => random.normal(key, [steps, 1, size]).mul<tf.Tensor3D>(0.02)) };
  },

  /**
   * Adds the vectors of the first positions: x [T′, B, E] with T′ ≤ T → [T′, B, E].
   *
   * @throws if x is longer.
   */
  apply({ vectors }: LearnedPositions, x: tf.Tensor): tf.Tensor {
    const [most] = vectors.shape;
    const [steps = 0] = x.shape;
    if (steps > most)
      throw new Error(`learnedPositions.apply: x must have at most ${most} steps, got ${steps}`);
    return tf.tidy(() => x.add(vectors.slice([0, 0, 0], [steps, -1, -1])));
  },
};
