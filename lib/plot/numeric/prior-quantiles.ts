import { checkInteger } from "./validate";

/**
 * Returns the quantiles of N(0, 1) at (i + ½) / n for i = 0 … n − 1: n values of a latent variable, each
 * representing an equal share of the prior. {@link latentManifold} draws images decoded at them.
 *
 * @throws if `n` is not a positive integer.
 */
export function priorQuantiles(n: number): number[] {
  checkInteger("priorQuantiles", "n", n, 1, "20 is a good number for a manifold");
  return Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));
}

/** Φ⁻¹(p) by Newton's method; started at 0 it converges monotonically, since Φ is concave on x > 0. */
function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  let x = 0;
  for (let i = 0; i < 100; i++) {
    const step = (p - normalCdf(x)) / normalDensity(x);
    x += step;
    if (Math.abs(step) < 1e-12) break;
  }
  return x;
}

function normalDensity(x: number): number {
  return Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …).
 * Source: G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004).
 */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= x ** 2 / k;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}
