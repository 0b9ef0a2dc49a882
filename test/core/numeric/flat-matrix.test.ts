import { random } from "latent";
import { expect, test } from "vitest";
import {
  choleskyFactor,
  choleskyInverse,
  choleskySolve,
  diagonalMatrix,
  dot,
  flatten,
  forwardSolve,
  logDeterminant,
  plus,
  plusIdentity,
  product,
  sandwich,
  scaled,
  symmetrized,
  transposed,
  transposedProduct,
  unflatten,
} from "../../../lib/core/numeric/flat-matrix";

const noise = random.stream(random.key(3));

function draw(length: number): Float64Array {
  return Float64Array.from({ length }, () => noise.normal());
}

/** The product by its definition, on nested rows. */
function rowsProduct(a: readonly number[][], b: readonly number[][]): number[][] {
  return a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? NaN), 0)),
  );
}

// Sums of at most five products of order 1
const near = { abs: 1e-14 };

test("products have the values of their definitions", () => {
  const [a, b, p] = [draw(6), draw(12), draw(9)]; //                    [2, 3], [3, 4], [3, 3]
  expect(unflatten(product(a, b, 3), 2)).toEqual(rowsProduct(unflatten(a, 2), unflatten(b, 3)));
  expect(transposedProduct(transposed(a, 2), b, 3)).toBeNear(product(a, b, 3), near);
  expect(flatten(unflatten(transposed(a, 2), 3))).toEqual(transposed(a, 2));
  expect(transposed(transposed(a, 2), 3)).toEqual(a);
  expect(sandwich(a, p, 3)).toBeNear(product(product(a, p, 3), transposed(a, 2), 3), near);
});

test("sums, multiples and diagonals", () => {
  const a = Float64Array.of(1, 2, 3, 4);
  expect(plus(a, a, -0.5)).toEqual(scaled(a, 0.5));
  expect(dot(a, a)).toBe(30);
  expect(symmetrized(a, 2)).toEqual(Float64Array.of(1, 2.5, 2.5, 4));
  expect(plusIdentity(a, 2, 10)).toEqual(Float64Array.of(11, 2, 3, 14));
  expect(diagonalMatrix([5, 6])).toEqual(Float64Array.of(5, 0, 0, 6));
});

test("a Cholesky factor reproduces the matrix, its solutions and its determinant", () => {
  const root = draw(16);
  const a = plusIdentity(product(root, transposed(root, 4), 4), 4, 0.5);
  const b = draw(8);
  const lower = choleskyFactor(a, 4);
  if (lower === undefined) throw new Error("not positive definite");
  // The condition is below 1e2
  expect(product(lower, transposed(lower, 4), 4)).toBeNear(a, { abs: 1e-13 });
  expect(product(a, choleskySolve(lower, b, 4), 4)).toBeNear(b, { abs: 1e-13 });
  expect(product(lower, forwardSolve(lower, b, 4), 4)).toBeNear(b, { abs: 1e-13 });
  expect(product(a, choleskyInverse(lower, 4), 4)).toBeNear(diagonalMatrix([1, 1, 1, 1]), { abs: 1e-13 });
  expect(logDeterminant(choleskyFactor(Float64Array.of(2, 1, 1, 3), 2) ?? draw(4), 2)).toBeNear(
    Math.log(5),
    near,
  );
});

test("a matrix that is not positive definite has no Cholesky factor", () => {
  expect(choleskyFactor(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  expect(choleskyFactor(Float64Array.of(NaN), 1)).toBeUndefined();
});
