import fc from "fast-check";
import { tf } from "latent";
import { interpolate } from "latent/models";
import { describe, expect, it } from "vitest";

const EPS = 2 ** -23; // of float32

const norm = (x: readonly number[]): number => Math.hypot(...x);

/** Rows of a path between two plain vectors; every tensor made on the way is freed. */
const path = (how: typeof interpolate.linear, a: number[], b: number[], steps: number): number[][] =>
  tf.tidy(() => how(tf.tensor1d(a), tf.tensor1d(b), steps).arraySync());

/** The arc by the textbook's formula in double precision, for vectors neither parallel nor opposite. */
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
  .map((x) => (Math.abs(x) < 2 ** -126 ? 0 : x)); // backends flush what is below float32's normal range
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

  it("begins at a and ends at b, to the bit", () => {
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

  it("is the same path backwards", () => {
    fc.assert(
      fc.property(vectors, steps, ([a, b], n) => {
        const there = path(how, a, b, n);
        const back = path(how, b, a, n).reverse();
        // each number is a sum of two products of rounded factors below 10·√7 in size: some 20 roundings, at most
        there.forEach((row, i) =>
          row.forEach((x, j) => expect(Math.abs(x - (back[i]?.[j] ?? NaN))).toBeLessThan(20 * 27 * EPS)),
        );
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("stays put between equal vectors", () => {
    const a = [1.5, -2, 0.25];
    for (const row of path(how, a, a, 5)) row.forEach((x, i) => expect(x).toBeCloseTo(a[i] ?? NaN, 6));
  });

  it("leaves exactly its points behind", () => {
    const [a, b] = [tf.tensor1d([1, 2, 3]), tf.tensor1d([3, -1, 2])];
    const before = tf.memory().numTensors;
    const points = how(a, b, 7);
    expect(points.shape).toEqual([7, 3]);
    expect(tf.memory().numTensors - before).toBe(1);
    tf.dispose([a, b, points]);
  });

  it("says what is wrong with its arguments", () => {
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
  it("takes equal steps", () => {
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

  it("is the arc of the textbook in double precision", () => {
    fc.assert(
      fc.property(vectors, steps, ([a, b], n) => {
        const cosine = a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / (norm(a) * norm(b));
        fc.pre(norm(a) > 0.01 && norm(b) > 0.01 && Math.abs(cosine) < 0.999); // sin ω > 0.04
        path(spherical, a, b, n).forEach((row, i) => {
          const expected = arcInDoubles(a, b, i / (n - 1));
          const longest = Math.max(norm(a), norm(b));
          // ω is exact to some 4 roundings of the unit vectors; 1 / sin ω < 25 makes that large in the weights
          row.forEach((x, j) =>
            expect(Math.abs(x - (expected[j] ?? NaN))).toBeLessThan(4 * 25 * longest * EPS),
          );
        });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("has the geometric mean of the lengths in the middle, at any angle but the opposite", () => {
    for (const angle of [0, 1e-6, 1e-4, 4e-4, 6e-4, 0.01, 1, 2, 3, 3.13]) {
      const middle = path(spherical, [2, 0], [8 * Math.cos(angle), 8 * Math.sin(angle)], 3)[1] ?? [];
      // the sum of two vectors of length 4 cancels down to 4 (π − ω) before it is scaled up again: 1 / 0.01 roundings
      expect(Math.abs(norm(middle) / 4 - 1)).toBeLessThan(200 * EPS);
    }
  });

  it("keeps the length of a prior draw where the line loses a third of it", () => {
    const size = 100;
    const a = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? Math.SQRT2 : 0));
    const b = Array.from({ length: size }, (_, i) => (i % 2 === 1 ? Math.SQRT2 : 0));
    expect(norm(path(spherical, a, b, 3)[1] ?? [])).toBeCloseTo(10, 4);
    expect(norm(path(interpolate.linear, a, b, 3)[1] ?? [])).toBeCloseTo(10 / Math.SQRT2, 4);
  });

  it("takes the line where there is no one arc: opposite vectors, a zero vector", () => {
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
