import fc from "fast-check";
import { tf } from "latent";
import { interpolate } from "latent/models";
import { describe, expect, test } from "vitest";

const EPS = 2 ** -23; // of float32

function norm(x: readonly number[]): number {
  return Math.hypot(...x);
}

/** The points of a path between two vectors, as plain numbers. */
function path(how: typeof interpolate.linear, a: number[], b: number[], steps: number): number[][] {
  return tf.tidy(() => how(tf.tensor1d(a), tf.tensor1d(b), steps).arraySync());
}

/** The textbook formula in double precision, for vectors that are neither parallel nor opposite. */
function arcInDoubles(a: readonly number[], b: readonly number[], t: number): number[] {
  const [lengthA, lengthB] = [norm(a), norm(b)];
  const cosine = a.reduce((sum, x, i) => sum + (x / lengthA) * ((b[i] ?? 0) / lengthB), 0);
  const omega = Math.acos(cosine);
  const length = lengthA ** (1 - t) * lengthB ** t;
  return a.map((x, i) => {
    const direction =
      Math.sin((1 - t) * omega) * (x / lengthA) + Math.sin(t * omega) * ((b[i] ?? 0) / lengthB);
    return (length * direction) / Math.sin(omega);
  });
}

const coordinate = fc
  .float({ min: -10, max: 10, noNaN: true, noDefaultInfinity: true })
  .map((x) => (Math.abs(x) < 2 ** -126 ? 0 : x)); // backends flush subnormal numbers to 0
const vectors = fc
  .integer({ min: 1, max: 7 })
  .chain((size) =>
    fc.tuple(
      fc.array(coordinate, { minLength: size, maxLength: size }),
      fc.array(coordinate, { minLength: size, maxLength: size }),
    ),
  );
const steps = fc.integer({ min: 2, max: 11 });

describe.each(["linear", "spherical"] as const)("interpolate.%s", (name) => {
  const how = interpolate[name];

  test("starts exactly at a and ends exactly at b", () => {
    fc.assert(
      fc.property(vectors, steps, ([a, b], n) => {
        const points = path(how, a, b, n);
        expect(points).toHaveLength(n);
        const unsignedZeros = (x: readonly number[] = []): number[] => x.map((v) => v + 0);
        expect(unsignedZeros(points[0])).toEqual(unsignedZeros(a));
        expect(unsignedZeros(points[n - 1])).toEqual(unsignedZeros(b));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("returns the reversed path if a and b are exchanged", () => {
    fc.assert(
      fc.property(vectors, steps, ([a, b], n) => {
        const there = path(how, a, b, n);
        const back = path(how, b, a, n).reverse();
        // Each number is a sum of two products of factors below 10·√7: at most some 20 roundings.
        there.forEach((row, i) =>
          row.forEach((x, j) => expect(Math.abs(x - (back[i]?.[j] ?? NaN))).toBeLessThan(20 * 27 * EPS)),
        );
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("is constant if a equals b", () => {
    const a = [1.5, -2, 0.25];
    for (const row of path(how, a, a, 5)) row.forEach((x, i) => expect(x).toBeCloseTo(a[i] ?? NaN, 6));
  });

  test("creates no tensors besides its result", () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([3, -1, 2])];
    const before = tf.memory().numTensors;
    const points = how(a, b, 7);
    expect(points.shape).toEqual([7, 3]);
    expect(tf.memory().numTensors - before).toBe(1);
    tf.dispose([a, b, points]);
  });

  test("throws if an argument has a different shape or steps is below 2", () => {
    const [row, three, four] = [tf.zeros([1, 3]), tf.zeros([3]), tf.zeros([4])];
    expect(() => how(row, three, 5)).toThrow(
      `interpolate.${name}: a must be [Z], got [1, 3]; squeeze() a single row`,
    );
    expect(() => how(three, four, 5)).toThrow(`interpolate.${name}: b must be [Z=3], got [4]`);
    expect(() => how(three, three, 1)).toThrow(`interpolate.${name}: steps must be an integer >= 2, got 1`);
    tf.dispose([row, three, four]);
  });
});

describe("interpolate.linear", () => {
  test("returns evenly spaced points", () => {
    expect(path(interpolate.linear, [0, 8], [4, 0], 5)).toEqual([
      [0, 8],
      [1, 6],
      [2, 4],
      [3, 2],
      [4, 0],
    ]);
  });
});

describe("interpolate.spherical", () => {
  const { spherical } = interpolate;

  test("agrees with the textbook formula in double precision", () => {
    fc.assert(
      fc.property(vectors, steps, ([a, b], n) => {
        const cosine = a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / (norm(a) * norm(b));
        fc.pre(norm(a) > 0.01 && norm(b) > 0.01 && Math.abs(cosine) < 0.999); // sin ω > 0.04
        path(spherical, a, b, n).forEach((row, i) => {
          const expected = arcInDoubles(a, b, i / (n - 1));
          const longest = Math.max(norm(a), norm(b));
          // ω has the error of some 4 roundings of the unit vectors, which 1 / sin ω < 25 enlarges.
          row.forEach((x, j) =>
            expect(Math.abs(x - (expected[j] ?? NaN))).toBeLessThan(4 * 25 * longest * EPS),
          );
        });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("has the geometric mean of the norms halfway, at any angle below π", () => {
    for (const angle of [0, 1e-6, 1e-4, 4e-4, 6e-4, 0.01, 1, 2, 3, 3.13]) {
      const middle = path(spherical, [2, 0], [8 * Math.cos(angle), 8 * Math.sin(angle)], 3)[1] ?? [];
      // Two vectors of norm 4 cancel to 4 (π − ω) before they are scaled up again: 1 / 0.01 roundings.
      expect(Math.abs(norm(middle) / 4 - 1)).toBeLessThan(200 * EPS);
    }
  });

  test("keeps the norm of orthogonal prior draws, where the line loses a third of it", () => {
    const size = 100;
    const a = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? Math.SQRT2 : 0));
    const b = Array.from({ length: size }, (_, i) => (i % 2 === 1 ? Math.SQRT2 : 0));
    expect(norm(path(spherical, a, b, 3)[1] ?? [])).toBeCloseTo(10, 4);
    expect(norm(path(interpolate.linear, a, b, 3)[1] ?? [])).toBeCloseTo(10 / Math.SQRT2, 4);
  });

  test("falls back to the line for opposite vectors and for a zero vector", () => {
    for (const [a, b] of [
      [
        [1, 2],
        [-1, -2],
      ],
      [
        [1, 2],
        [-3, -6],
      ],
      [
        [0, 0],
        [3, 1],
      ],
      [
        [3, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ] as const)
      expect(path(spherical, [...a], [...b], 5)).toEqual(path(interpolate.linear, [...a], [...b], 5));
  });
});
