import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";

/** Pairs of an input and an output, one per row; the caller disposes the tensors. */
export interface Pairs {
  /** Inputs, [N, 1]. */
  readonly x: tf.Tensor2D;
  /** Outputs, [N, 1]. */
  readonly y: tf.Tensor2D;
}

/** The half-width of the uniform noise. */
export const INVERSE_PROBLEM_NOISE = 0.1;

/**
 * Draws pairs of Bishop's inverse problem: x = t + 0.3 sin 2πt + ε with t ~ U(0, 1) and ε ~ U(−0.1, 0.1),
 * where y = t is to be predicted from x. Near x = ½, three values of y correspond to one x.
 *
 * Bishop 1994, "Mixture density networks"; Bishop 2006, "Pattern recognition and machine learning", section
 * 5.6.
 *
 * @param n the number of pairs.
 * @throws if n is not a positive integer.
 */
export function inverseProblem(key: random.Key, n: number): Pairs {
  checkCount("inverseProblem", "n", n, 1);
  const [timeKey, noiseKey] = random.split(key);
  return tf.tidy(() => {
    const t = random.uniform(timeKey, [n, 1]) as tf.Tensor2D;
    const noise = random.uniform(noiseKey, [n, 1], {
      min: -INVERSE_PROBLEM_NOISE,
      max: INVERSE_PROBLEM_NOISE,
    });
    const wave = t
      .mul(2 * Math.PI)
      .sin()
      .mul(0.3);
    return { x: t.add(wave).add<tf.Tensor2D>(noise), y: t };
  });
}
