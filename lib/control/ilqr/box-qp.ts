import { choleskyFactor, choleskySolve, dot, plus, product } from "../../core/numeric/flat-matrix";
import { clipped, type Bounds } from "../problem/problem";

/** The minimum of a quadratic function within bounds. */
export interface BoxMinimum {
  /** Where it is, [A]. */
  readonly x: Float64Array;
  /** Which numbers are not held at a bound, in ascending order. */
  readonly free: readonly number[];
  /** The Cholesky factor of the rows and columns `free` of H, row by row. */
  readonly lower: Float64Array;
}

/** More steps than any problem took in the tests; each is a Newton step on a smaller set of free numbers. */
const MAX_STEPS = 100;

/** A step must give this share of the decrease that its slope promises (Armijo's rule). */
const SUFFICIENT = 0.1;

/** By how much a step is shortened if it gives less. */
const SHORTER = 0.6;

/** The least length of a step, relative to Newton's. */
const SHORTEST = 1e-20;

/** The slope at which a minimum is found, relative to the numbers that it is the sum of. */
const FLAT = 1e-14;

/**
 * Returns the minimum of ½ xᵀ H x + gᵀ x for lower ≤ x ≤ upper by projected Newton steps: a number at a bound
 * with a slope outward is held there, and the others take a Newton step, which is clipped (Bertsekas 1982;
 * Tassa, Mansard & Todorov 2014, "Control-limited differential dynamic programming", section III.C).
 *
 * @param H symmetric, row by row, [A · A].
 * @param start where the first step starts; it is clipped.
 * @returns undefined if H is not positive definite on the numbers that are not held.
 */
export function boxQp(
  H: Float64Array,
  g: Float64Array,
  bounds: Bounds,
  start: Float64Array,
): BoxMinimum | undefined {
  const A = g.length;
  const costOf = (x: Float64Array): number => dot(x, plus(g, product(H, x, A), 0.5));
  let x = clipped(start, bounds);
  let cost = costOf(x);
  for (let step = 0; ; step++) {
    const slope = plus(g, product(H, x, A));
    const free = freeOf(x, slope, bounds);
    const k = free.length;
    const lower = choleskyFactor(block(H, free, A), k);
    if (lower === undefined) return undefined;
    const rest = Float64Array.from(free, (i) => slope[i] ?? NaN);
    const scale = Math.max(...free.map((i) => sizeOfSlope(H, g, x, i)), 0);
    if (step === MAX_STEPS || rest.every((s) => Math.abs(s) <= FLAT * scale)) return { x, free, lower };
    const newton = choleskySolve(lower, rest, k);
    const moved = descend(x, slope, cost, (length) => {
      const y = Float64Array.from(x);
      free.forEach((i, n) => (y[i] = (y[i] ?? NaN) - length * (newton[n] ?? NaN)));
      const inside = clipped(y, bounds);
      return { x: inside, cost: costOf(inside) };
    });
    if (moved === undefined) return { x, free, lower }; // no digit is left to gain
    ({ x, cost } = moved);
  }
}

/** The numbers that are inside the bounds, or at one with a slope inward. */
function freeOf(x: Float64Array, slope: Float64Array, { lower, upper }: Bounds): number[] {
  return [...x.keys()].filter((i) => {
    const [value, s] = [x[i] ?? NaN, slope[i] ?? NaN];
    return !((value <= (lower[i] ?? NaN) && s > 0) || (value >= (upper[i] ?? NaN) && s < 0));
  });
}

/** Σ |H_ij x_j| + |g_i|, by which the rounding of a slope is measured. */
function sizeOfSlope(H: Float64Array, g: Float64Array, x: Float64Array, i: number): number {
  const A = g.length;
  return x.reduce((sum, xj, j) => sum + Math.abs((H[i * A + j] ?? NaN) * xj), Math.abs(g[i] ?? NaN));
}

interface Point {
  readonly x: Float64Array;
  readonly cost: number;
}

/** Returns the first of ever shorter steps that lowers the cost enough, undefined if none does. */
function descend(
  x: Float64Array,
  slope: Float64Array,
  cost: number,
  stepOf: (length: number) => Point,
): Point | undefined {
  for (let length = 1; length > SHORTEST; length *= SHORTER) {
    const point = stepOf(length);
    const promised = dot(slope, plus(point.x, x, -1)); //                 gradient · change, ≤ 0
    if (point.cost < cost && point.cost - cost <= SUFFICIENT * promised) return point;
  }
  return undefined;
}

/** The rows and columns `free` of a matrix. */
export function block(H: Float64Array, free: readonly number[], size: number): Float64Array {
  return Float64Array.from(free.flatMap((i) => free.map((j) => H[i * size + j] ?? NaN)));
}
