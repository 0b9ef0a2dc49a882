import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choleskyOf, compose, eigenSymmetric, type Matrix } from "../../../lib/core/numeric/symmetric-matrix";

function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? NaN), 0)),
  );
}

function transpose(a: Matrix): number[][] {
  return a.map((_, j) => a.map((row) => row[j] ?? NaN));
}

/** Symmetric matrices of 1 to 6 rows. */
const symmetric = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc
    .array(fc.double({ min: -10, max: 10, noNaN: true }), {
      minLength: size * size,
      maxLength: size * size,
    })
    .map((values) =>
      Array.from({ length: size }, (_, i) =>
        Array.from({ length: size }, (__, j) => values[Math.max(i, j) * size + Math.min(i, j)] ?? 0),
      ),
    ),
);

describe("eigenSymmetric", () => {
  test("returns the eigenvalues of a small matrix", () => {
    const { values } = eigenSymmetric([
      [2, 1],
      [1, 2],
    ]);
    expect([...values].sort()).toBeNear([1, 3], { abs: 1e-14 });
  });

  test("returns orthogonal eigenvectors that compose to the matrix", () => {
    fc.assert(
      fc.property(symmetric, (a) => {
        const eigen = eigenSymmetric(a);
        expect(compose(eigen).flat()).toBeNear(a.flat(), { abs: 1e-12 });
        const identity = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
        expect(product(transpose(eigen.vectors), eigen.vectors).flat()).toBeNear(identity.flat(), {
          abs: 1e-13,
        });
      }),
      { seed: 1 },
    );
  });
});

describe("choleskyOf", () => {
  test("returns L with L Lᵀ = A if and only if all eigenvalues are positive", () => {
    fc.assert(
      fc.property(symmetric, (a) => {
        const least = Math.min(...eigenSymmetric(a).values);
        fc.pre(Math.abs(least) > 1e-9);
        const lower = choleskyOf(a);
        expect(lower !== undefined).toBe(least > 0);
        if (lower === undefined) return;
        expect(product(lower, transpose(lower)).flat()).toBeNear(a.flat(), { abs: 1e-12 });
        expect(lower.every((row, i) => row.every((x, j) => (j > i ? x === 0 : j < i || x > 0)))).toBe(true);
      }),
      { seed: 2 },
    );
  });

  test.each([
    [[[0]]],
    [[[NaN]]],
    [
      [
        [1, 2],
        [2, 1],
      ],
    ],
  ])("returns undefined for %j", (a) => {
    expect(choleskyOf(a)).toBeUndefined();
  });
});
