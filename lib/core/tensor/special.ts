import * as tf from "@tensorflow/tfjs";
import { ERFINV_CENTRE, ERFINV_TAIL } from "../numeric/erfinv";
import { detached } from "./grad";

export { erfinv } from "../numeric/erfinv";

/** log Σ exp(x) along an axis, without overflow; −∞ where every x is −∞, for which tfjs's own gives NaN. */
export const logSumExp = (x: tf.Tensor, axis = -1): tf.Tensor =>
  tf.tidy(() => {
    const top = detached((value) => value.max(axis, true).clipByValue(-3e38, 3e38), x); // ∞ − ∞ is no number
    return x.sub(top).exp().sum(axis, true).log().add(top).squeeze([axis]);
  });

/** log mean exp(x) along an axis of n entries: logSumExp(x) − log n. */
export function logMeanExp(x: tf.Tensor, axis = -1): tf.Tensor {
  const n = x.shape[axis < 0 ? x.rank + axis : axis] ?? 1;
  return tf.tidy(() => logSumExp(x, axis).sub(Math.log(n)));
}

/** softplus(x) = log(1 + eˣ), without overflow. */
export const softplus = (x: tf.Tensor): tf.Tensor => tf.softplus(x);

/** The x with softplus(x) = y, for a plain number y > 0: log(eʸ − 1). */
export const inverseSoftplus = (y: number): number => y + Math.log(-Math.expm1(-y));

/** Below this, arguments are moved up by Γ(x + 1) = x Γ(x) before an asymptotic series is used. */
const SERIES_FROM = 4;

/** The argument moved to where the series holds: x + 4 below 4, else x; and a mask of what was moved. */
function moveUp(x: tf.Tensor): { small: tf.Tensor; low: tf.Tensor; y: tf.Tensor } {
  const small = detached((value) => value.less(SERIES_FROM).cast("float32"), x);
  return { small, low: x.minimum(SERIES_FROM), y: x.add(small.mul(SERIES_FROM)) };
}

/** c₀ + c₁ x + c₂ x² + … by Horner's rule. */
const polynomial = (x: tf.Tensor, coefficients: readonly number[]): tf.Tensor =>
  coefficients.reduceRight<tf.Tensor>((sum, c) => sum.mul(x).add(c), tf.zerosLike(x));

/**
 * log Γ(x) for x > 0, elementwise; NaN or infinite elsewhere.
 *
 * Stirling's series (DLMF 5.11.1), brought down from x + 4 where x < 4. The error is below 2·10⁻⁶ of max(1, |log Γ(x)|).
 * Differentiable: the gradient agrees with `digamma`.
 */
export const lgamma = (x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const { small, low, y } = moveUp(x);
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

/**
 * ψ(x) = d/dx log Γ(x) for x > 0, elementwise; NaN or infinite elsewhere.
 *
 * The asymptotic series (DLMF 5.11.2), brought down from x + 4 by ψ(x + 1) = ψ(x) + 1/x where x < 4. The error is below
 * 10⁻⁶ of max(1, |ψ(x)|).
 */
export const digamma = (x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const { small, low, y } = moveUp(x);
    const inverseSquare = y.square().reciprocal();
    const tail = polynomial(inverseSquare, [1 / 12, -1 / 120, 1 / 252]).mul(inverseSquare);
    const series = y.log().sub(y.reciprocal().mul(0.5)).sub(tail);
    let shift = low.reciprocal(); // Σ 1 / (x + i)
    for (let i = 1; i < SERIES_FROM; i++) shift = shift.add(low.add(i).reciprocal());
    return series.sub(small.mul(shift));
  });

/**
 * `erfinv` elementwise in float32, by the same polynomials.
 *
 * w = −log(1 − x²) is taken from (1 − x)(1 + x), which float32 holds to its last bit near ±1, where 1 − x² has lost most.
 */
export const erfinvTensor = (x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const w = tf.sub(1, x).mul(x.add(1)).log().neg();
    const centre = polynomial(w.sub(2.5), ERFINV_CENTRE);
    const tail = polynomial(w.sqrt().sub(3), ERFINV_TAIL);
    return tf.where(w.less(5), centre, tail).mul(x);
  });
