/**
 * Goodness-of-fit tests with a false alarm rate of 10⁻⁶. Keys are fixed, so a test always passes or always
 * fails.
 */
import type { tf } from "latent";
import { sizeOf } from "../../lib/core/tensor/shape";
import { fixture } from "./fixtures";

const { chiSquareCritical } = fixture("special") as { chiSquareCritical: Record<string, number> };

/** The value that χ² with the given degrees of freedom exceeds with probability 10⁻⁶. */
export function chiSquareLimit(freedom: number): number {
  const limit = chiSquareCritical[freedom];
  if (limit === undefined)
    throw new Error(`chiSquareLimit: ${freedom} degrees of freedom are not in fixtures/special.py`);
  return limit;
}

/** Pearson's χ² statistic of counts against expected counts. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce(
    (sum, count, i) => sum + (count - (expected[i] ?? NaN)) ** 2 / (expected[i] ?? NaN),
    0,
  );
}

/** The number of occurrences of each integer from 0 to `kinds` − 1. */
export function countEach(values: ArrayLike<number>, kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const value of Array.from(values)) counts[value] = (counts[value] ?? NaN) + 1;
  return counts;
}

/** The Kolmogorov–Smirnov statistic √n sup |F_n − F|, which exceeds c with probability below 2 exp(−2 c²). */
export function kolmogorov(sample: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Array.from(sample).sort((a, b) => a - b);
  const n = sorted.length;
  const gap = sorted.reduce((widest, x, i) => Math.max(widest, cdf(x) - i / n, (i + 1) / n - cdf(x)), 0);
  return Math.sqrt(n) * gap;
}

export const KOLMOGOROV_LIMIT = Math.sqrt(Math.log(2e6) / 2);

/**
 * The mean and the variance of a sample with their standard errors, for the variance from the fourth moment.
 */
export function moments(sample: ArrayLike<number>): {
  mean: number;
  variance: number;
  meanError: number;
  varianceError: number;
} {
  const values = Array.from(sample);
  const n = values.length;
  const average = (f: (x: number) => number): number => values.reduce((sum, x) => sum + f(x), 0) / n;
  const mean = average((x) => x);
  const variance = average((x) => (x - mean) ** 2);
  const fourth = average((x) => (x - mean) ** 4);
  return {
    mean,
    variance: (variance * n) / (n - 1),
    meanError: Math.sqrt(variance / n),
    varianceError: Math.sqrt((fourth - variance ** 2) / n),
  };
}

/** The distribution function x ↦ P(X ≤ x) of weighted points. */
export function weightedCdf(points: readonly number[], weights: readonly number[]): (x: number) => number {
  const order = points.map((_, i) => i).sort((i, j) => (points[i] ?? 0) - (points[j] ?? 0));
  const sorted = order.map((i) => points[i] ?? NaN);
  let sum = 0;
  const cumulative = order.map((i) => (sum += weights[i] ?? NaN));
  return (x) => cumulative[upperBound(sorted, x) - 1] ?? 0;
}

/** The number of entries of a sorted array that are at most x. */
function upperBound(sorted: readonly number[], x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? NaN) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The columns of x [N, ...rest]: one array of N numbers for each index into the rest. */
export function columns(x: tf.Tensor): number[][] {
  const width = sizeOf(x.shape.slice(1));
  const values = x.dataSync();
  return Array.from({ length: width }, (_, place) =>
    Array.from({ length: x.shape[0] }, (__, i) => values[i * width + place] ?? NaN),
  );
}
