/**
 * What Stirling's formula leaves of log Γ. Densities that are written with this remainder keep their digits
 * for large parameters, where log Γ itself is large and cancels (Loader 2000, "Fast and accurate computation
 * of binomial probabilities").
 */
import * as tf from "@tensorflow/tfjs";
import { detached } from "../tensor/grad";

/** The least argument of the asymptotic series; smaller ones are shifted up by the recurrence. */
const SERIES_FROM = 4;

/** Splits y into what is shifted, min(y, 4), and y + 4 or y for the series; `small` is 1 where y < 4. */
function shiftUp(y: tf.Tensor): { small: tf.Tensor; low: tf.Tensor; high: tf.Tensor } {
  const small = detached((value) => value.less(SERIES_FROM).cast("float32"), y);
  return { small, low: y.minimum(SERIES_FROM), high: y.add(small.mul(SERIES_FROM)) };
}

/**
 * δ(u) − δ(u + 1) = (u + ½) log(1 + 1/u) − 1, and its derivative. For u ≥ 1 by the series w²/3 + w⁴/5 + … in
 * w = 1/(2u + 1), of which nothing cancels.
 */
const STEP = {
  direct: (u: tf.Tensor) => u.add(0.5).mul(u.reciprocal().log1p()).sub(1),
  series: (w: tf.Tensor) => evenPowers(w, [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13]),
};
const STEP_SLOPE = {
  // log(1 + 1/u) − (u + ½) / u(u + 1)
  direct: (u: tf.Tensor) =>
    u
      .reciprocal()
      .log1p()
      .sub(u.add(0.5).div(u.mul(u.add(1)))),
  series: (w: tf.Tensor) => evenPowers(w, [-4 / 3, -8 / 5, -12 / 7, -16 / 9, -20 / 11, -24 / 13]).mul(w),
};

/** The sum of the steps from u to u + 4; only the first may be below 1. */
function sumOverSteps(u: tf.Tensor, { direct, series }: typeof STEP): tf.Tensor {
  const later = [1, 2, 3].map((i) => series(u.add(i).mul(2).add(1).reciprocal()));
  return tf.addN([direct(u), ...later]);
}

/** c₁ x² + c₂ x⁴ + …, by Horner's rule. */
function evenPowers(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  const square = x.square();
  return coefficients.reduceRight<tf.Tensor>((sum, c) => sum.add(c).mul(square), tf.zerosLike(x));
}

/**
 * Returns δ(y) = log Γ(y) − ((y − ½) log y − y + ½ log 2π) for y > 0 in float32, elementwise.
 *
 * The series 1/12y − 1/360y³ + 1/1260y⁵ (DLMF 5.11.1) from y = 4 on; smaller y are shifted by δ(y) = δ(y + 1)
 * + (y + ½) log(1 + 1/y) − 1. The error is below 4·10⁻⁷ max(1, δ(y)).
 */
export function stirlingError(y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { small, low, high } = shiftUp(y);
    const inverse = high.reciprocal();
    const series = evenPowers(inverse, [-1 / 360, 1 / 1260])
      .add(1 / 12)
      .mul(inverse);
    return series.add(small.mul(sumOverSteps(low, STEP)));
  });
}

/**
 * Returns δ′(y) = ψ(y) − log y + 1/2y for y > 0 in float32, elementwise; negative.
 *
 * The derivative of the two formulas of `stirlingError`, with an error below 4·10⁻⁷ max(1, |δ′(y)|).
 */
export function stirlingErrorSlope(y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { small, low, high } = shiftUp(y);
    const series = evenPowers(high.reciprocal(), [-1 / 12, 1 / 120, -1 / 252]);
    return series.add(small.mul(sumOverSteps(low, STEP_SLOPE)));
  });
}
