/** For w = −log(1 − x²) < 5: coefficients of the polynomial in w − 2.5, in ascending order. */
export const ERFINV_CENTRE = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8,
] as const;

/** For w ≥ 5: coefficients of the polynomial in √w − 3, in ascending order. */
export const ERFINV_TAIL = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257,
] as const;

/**
 * Returns the inverse of the error function for a number in (−1, 1), with a relative error below 4·10⁻⁷.
 *
 * The single-precision polynomials of Giles (2010), "Approximating the erfinv function".
 */
export function erfinv(x: number): number {
  const w = -Math.log1p(-x * x);
  const [coefficients, t] = w < 5 ? [ERFINV_CENTRE, w - 2.5] : [ERFINV_TAIL, Math.sqrt(w) - 3];
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * t + (coefficients[i] ?? 0);
  return sum * x;
}
