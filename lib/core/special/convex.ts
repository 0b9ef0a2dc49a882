/**
 * The convex functions of which divergences consist, without the cancellation of their leading terms: both
 * are 0 at 0 and positive elsewhere.
 */
import * as tf from "@tensorflow/tfjs";

/**
 * Returns r − 1 − log r for a ratio r = 1 + d.
 *
 * With s = d / (2 + d), log r = 2 (s + s³/3 + s⁵/5 + …), and d − 2s = d s: the first terms cancel exactly.
 * Used for |d| ≤ ½, where five terms leave an error of 10⁻⁷, relative.
 *
 * @param d r − 1, computed as a difference and not from r.
 * @param logRatio log r.
 */
export function ratioExcess(d: tf.Tensor, logRatio: tf.Tensor): tf.Tensor {
  const near = d.clipByValue(-0.5, 0.5);
  const s = near.div(near.add(2));
  const s2 = s.square();
  const rest = series(s2, [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11])
    .mul(s2)
    .mul(s)
    .mul(2);
  return tf.where(d.abs().lessEqual(0.5), near.mul(s).sub(rest), d.sub(logRatio));
}

/**
 * Returns t − 1 + e⁻ᵗ.
 *
 * For |t| ≤ ½ by its series t²/2 − t³/6 + …, of which seven terms leave an error of 10⁻⁷, relative.
 */
export function exponentialExcess(t: tf.Tensor): tf.Tensor {
  const near = t.clipByValue(-0.5, 0.5);
  const terms = [1 / 2, -1 / 6, 1 / 24, -1 / 120, 1 / 720, -1 / 5040, 1 / 40320];
  return tf.where(t.abs().lessEqual(0.5), near.square().mul(series(near, terms)), t.add(t.neg().expm1()));
}

/** c₀ + c₁ x + c₂ x² + …, by Horner's rule. */
function series(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  return coefficients.reduceRight<tf.Tensor>((sum, c) => sum.mul(x).add(c), tf.zerosLike(x));
}
