import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";

/** Pairs of an input and an output, row by row. */
export interface Pairs {
  /** [N, 1] */
  readonly x: tf.Tensor2D;
  /** [N, 1] */
  readonly y: tf.Tensor2D;
}

/** The half-width of the uniform noise. */
export const INVERSE_PROBLEM_NOISE = 0.1;

/**
 * Bishop's inverse problem: x = t + 0.3 sin 2πt + ε with t ~ U(0, 1) and ε ~ U(−0.1, 0.1), asked backwards, so that y = t is to be told
 * from x. Around x = ½ three values of y go with one x.
 *
 * Bishop 1994, "Mixture density networks"; Bishop 2006, "Pattern Recognition and Machine Learning", section 5.6.
 *
 * @param n how many pairs.
 * @throws when n is not a whole number above 0.
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
