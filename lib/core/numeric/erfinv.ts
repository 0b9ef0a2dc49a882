/** Where −log(1 − x²) is below 5: coefficients in powers of it less 2.5, from the constant on. */
export const ERFINV_CENTRE = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8,
] as const;

/** Where it is above: in powers of its root less 3. */
export const ERFINV_TAIL = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257,
] as const;

/**
 * The inverse of the error function for a plain number on (−1, 1).
 *
 * Giles (2010), "Approximating the erfinv function", the single-precision polynomials: relative error below 4·10⁻⁷.
 */
export function erfinv(x: number): number {
  const w = -Math.log1p(-x * x);
  const [coefficients, t] = w < 5 ? [ERFINV_CENTRE, w - 2.5] : [ERFINV_TAIL, Math.sqrt(w) - 3];
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * t + (coefficients[i] ?? 0);
  return sum * x;
}
