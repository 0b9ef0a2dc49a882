import fc from "fast-check";
import { expect, test } from "vitest";
import { simplifyLine } from "../../../lib/plot/numeric/simplify-line";

type Line = readonly (readonly [number, number])[];
const point = fc.tuple(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.double({ min: -5, max: 5, noNaN: true }),
);
const line = fc.array(point, { minLength: 2, maxLength: 60 });

/** Returns the distance from a point to a line, the smallest over its segments. */
function distance([x, y]: readonly [number, number], corners: Line): number {
  return Math.min(
    ...corners.slice(1).map(([bx, by], i) => {
      const [ax, ay] = corners[i] ?? [NaN, NaN];
      const squared = (bx - ax) ** 2 + (by - ay) ** 2;
      const t =
        squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared));
      return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
    }),
  );
}

test("no omitted point is farther from the simplified line than the tolerance", () => {
  fc.assert(
    fc.property(line, fc.double({ min: 0.01, max: 3, noNaN: true }), (corners, tolerance) => {
      const simple = simplifyLine(corners, [tolerance, tolerance]);
      for (const corner of corners)
        expect(distance(corner, simple)).toBeLessThanOrEqual(tolerance * (1 + 1e-9));
    }),
  );
});

test("points are only omitted, and both ends are kept", () => {
  fc.assert(
    fc.property(line, (corners) => {
      const simple = simplifyLine(corners, [0.5, 2]);
      const indices = simple.map((corner) => corners.indexOf(corner as [number, number]));
      expect(indices).toEqual([...indices].sort((a, b) => a - b));
      expect([indices[0], indices.at(-1)]).toEqual([0, corners.length - 1]);
    }),
  );
});

test("a closed line stays closed, and a circle is approximated by few points", () => {
  const circle = Array.from({ length: 401 }, (_, i): [number, number] => {
    const angle = (2 * Math.PI * (i % 400)) / 400;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const simple = simplifyLine(circle, [0.01, 0.01]);
  expect(simple[0]).toEqual(simple.at(-1));
  // The error of a chord over the angle a is 1 − cos(a / 2) <= 0.01, so a <= 0.283 and there are 2π / a >= 22
  // chords; bisection makes at most twice as many.
  expect(simple.length).toBeGreaterThan(22);
  expect(simple.length).toBeLessThan(46);
});

test("each axis has its own tolerance", () => {
  const zigzag = [
    [0, 0],
    [1, 0.5],
    [2, 0],
  ] as const;
  expect(simplifyLine(zigzag, [0.1, 1])).toHaveLength(2);
  expect(simplifyLine(zigzag, [0.1, 0.1])).toHaveLength(3);
});

test("rounding does not choose between points at equal distance", () => {
  const hat = (more: number) =>
    simplifyLine(
      [
        [0, 0],
        [1, 1],
        [2, 1 + more],
        [3, 0],
      ],
      [0.8, 0.8],
    )[1];
  expect(hat(1e-9)).toEqual([1, 1]);
  expect(hat(-1e-9)).toEqual([1, 1]);
  expect(hat(1e-3)).toEqual([2, 1 + 1e-3]);
});
