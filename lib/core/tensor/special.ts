import * as tf from "@tensorflow/tfjs";
import { ERFINV_CENTRE, ERFINV_TAIL } from "../numeric/erfinv";
import { detached } from "./grad";
import { toFloat } from "./to-float";

export { erfinv } from "../numeric/erfinv";

/**
 * Returns log Σ exp(x) along an axis, without overflow; −∞ if every x is −∞, for which `tf.logSumExp` returns
 * NaN.
 */
export function logSumExp(values: tf.Tensor, axis = -1): tf.Tensor {
  return tf.tidy(() => {
    const x = toFloat(values);
    const top = detached((value) => value.max(axis, true).clipByValue(-3e38, 3e38), x); // as ∞ − ∞ is NaN
    return x.sub(top).exp().sum(axis, true).log().add(top).squeeze([axis]);
  });
}

/** Returns log mean exp(x) along an axis of n entries, logSumExp(x) − log n. */
export function logMeanExp(x: tf.Tensor, axis = -1): tf.Tensor {
  const n = x.shape[axis < 0 ? x.rank + axis : axis] ?? 1;
  return tf.tidy(() => logSumExp(x, axis).sub(Math.log(n)));
}

/** Returns softplus(x) = log(1 + eˣ), elementwise and without overflow. */
export function softplus(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.softplus(toFloat(x)));
}

/** Returns the x with softplus(x) = y, log(eʸ − 1), for a number y > 0. */
export function inverseSoftplus(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}

/** The least argument of the asymptotic series; smaller ones are shifted by Γ(x + 1) = x Γ(x). */
const SERIES_FROM = 4;

/** Shifts x below 4 to y = x + 4; returns y, the mask `small` of what was shifted, and `low` = min(x, 4). */
function shiftUp(x: tf.Tensor): { small: tf.Tensor; low: tf.Tensor; y: tf.Tensor } {
  const small = detached((value) => value.less(SERIES_FROM).cast("float32"), x);
  return { small, low: x.minimum(SERIES_FROM), y: x.add(small.mul(SERIES_FROM)) };
}

/** Returns c₀ + c₁ x + c₂ x² + …, by Horner's rule. */
function polynomial(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  return coefficients.reduceRight<tf.Tensor>((sum, c) => sum.mul(x).add(c), tf.zerosLike(x));
}

/**
 * Returns log Γ(x) for x > 0, elementwise; NaN or infinite elsewhere.
 *
 * Stirling's series (DLMF 5.11.1), evaluated at x + 4 for x < 4. The error is below 2·10⁻⁶ max(1, |log
 * Γ(x)|). Differentiable: the gradient agrees with `digamma`.
 */
export function lgamma(values: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const x = toFloat(values);
    const { small, low, y } = shiftUp(x);
    const tail = polynomial(y.square().reciprocal(), [1 / 12, -1 / 360, 1 / 1260]).div(y);
    const stirling = y
      .sub(0.5)
      .mul(y.log())
      .sub(y)
      .add(0.5 * Math.log(2 * Math.PI))
      .add(tail);
    let product = low; // x (x + 1) (x + 2) (x + 3)
    for (let i = 1; i < SERIES_FROM; i++) product = product.mul(low.add(i));
    return stirling.sub(small.mul(product.log()));
  });
}

/**
 * Returns ψ(x) = d/dx log Γ(x) for x > 0, elementwise; NaN or infinite elsewhere.
 *
 * The asymptotic series (DLMF 5.11.2), evaluated at x + 4 for x < 4 and brought back by ψ(x + 1) = ψ(x) +
 * 1/x. The error is below 10⁻⁶ max(1, |ψ(x)|).
 */
export function digamma(values: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const x = toFloat(values);
    const { small, low, y } = shiftUp(x);
    const inverseSquare = y.square().reciprocal();
    const tail = polynomial(inverseSquare, [1 / 12, -1 / 120, 1 / 252]).mul(inverseSquare);
    const series = y.log().sub(y.reciprocal().mul(0.5)).sub(tail);
    let shift = low.reciprocal(); // Σ 1 / (x + i)
    for (let i = 1; i < SERIES_FROM; i++) shift = shift.add(low.add(i).reciprocal());
    return series.sub(small.mul(shift));
  });
}

/**
 * Returns the inverse error function, elementwise in float32, by the polynomials of `erfinv`.
 *
 * w = −log(1 − x²) is computed from (1 − x)(1 + x): near ±1, the rounding error of 1 − x² would be large.
 */
export function erfinvTensor(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const w = tf.sub(1, x).mul(x.add(1)).log().neg();
    const centre = polynomial(w.sub(2.5), ERFINV_CENTRE);
    const tail = polynomial(w.maximum(1).sqrt().sub(3), ERFINV_TAIL); // the slope of √w is infinite at 0
    return tf.where(w.less(5), centre, tail).mul(x);
  });
}
