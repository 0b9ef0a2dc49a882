import { reject } from "./validate";

/**
 * The quantiles of N(0, 1) at (i + ½) / n for i = 0 … n − 1: n values of a latent variable, each of which stands for
 * the same share of the prior. Decoded on a grid they give the figure {@link latentManifold} draws.
 */
export function priorQuantiles(n: number): number[] {
  if (!Number.isInteger(n) || n < 1)
    reject("priorQuantiles", "n", "a whole number >= 1", n, "20 makes a good manifold");
  return Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));
}

/** Φ⁻¹(p) by Newton's method, which from 0 runs towards the root without passing it, for Φ is concave there. */
function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  let x = 0;
  for (let i = 0; i < 100; i++) {
    const step = (p - cumulative(x)) / density(x);
    x += step;
    if (Math.abs(step) < 1e-12) break;
  }
  return x;
}

const density = (x: number): number => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/(3·5) + …).
 * Source: G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004).
 */
function cumulative(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= x ** 2 / k;
    sum += term;
  }
  return 0.5 + density(x) * sum;
}
