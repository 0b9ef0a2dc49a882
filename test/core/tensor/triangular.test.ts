import {
  cholesky,
  diagonal,
  jit,
  logAbsDet,
  lowerTriangle,
  random,
  solveLower,
  tf,
  valueAndGrad,
} from "latent";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";

/** Returns lower triangles with diagonals from 1 to 2. */
function triangles(shape: number[]): tf.Tensor {
  const eye = tf.eye(shape.at(-1) ?? 0);
  const below = random.uniform(random.key(1), shape, { min: -1, max: 1 }).mul(tf.sub(1, eye));
  return lowerTriangle(below.add(random.uniform(random.key(2), shape, { min: 1, max: 2 }).mul(eye)));
}

/** Returns L Lᵀ. */
function gram(lower: tf.Tensor): tf.Tensor {
  return tf.matMul(lower, lower, false, true);
}

describe("cholesky", () => {
  test.each([[[1, 1]], [[2, 2]], [[3, 5, 5]], [[2, 3, 7, 7]]])("returns L for L Lᵀ, %j", (shape) => {
    const lower = triangles(shape);
    expect(cholesky(gram(lower))).toHaveShape(shape);
    // The largest eigenvalue of these matrices is about 100 times the smallest: 100 roundings of 6e-8.
    expect(cholesky(gram(lower))).toBeNear(lower, { abs: 2e-5 });
    expect(() => cholesky(gram(lower))).toLeaveTensors(2); // with the product
  });

  test("reads only the lower triangle, also for the gradient", () => {
    const a = gram(triangles([3, 3]));
    const noise = random.normal(random.key(3), [3, 3]);
    const upper = noise.sub(lowerTriangle(noise));
    expect(cholesky(a.add(upper))).toBeNear(cholesky(a), {});
    const { grads } = valueAndGrad((x: tf.Tensor) => cholesky(x).sum())(a);
    expect(grads.sub(lowerTriangle(grads))).toBeNear(0, {});
  });

  test("has a gradient that agrees with finite differences", () => {
    const a = gram(triangles([3, 3])).add(tf.eye(3));
    const weights = random.normal(random.key(4), [3, 3]);
    const { grads } = valueAndGrad((x: tf.Tensor) => cholesky(x).mul(weights).sum())(a);
    const { gradient, error } = numericalGradient(cholesky, a, weights);
    expect(grads).toBeNear(gradient, { abs: error });
  });

  test("returns NaN from the first row on for which A is not positive definite", () => {
    const values = cholesky(tf.tensor2d([1, 2, 2, 1], [2, 2])).dataSync();
    expect([values[0], values[3]]).toEqual([1, NaN]);
  });

  test("throws if the matrix is not square", () => {
    expect(() => cholesky(tf.zeros([2, 3]))).toThrow(
      new Error("cholesky: a must be [..., D, D], got [2, 3]"),
    );
    expect(() => cholesky(tf.zeros([3]))).toThrow(new Error("cholesky: a must be [..., D, D], got [3]"));
  });
});

describe("solveLower", () => {
  test("solves L y = b, with batches that broadcast", () => {
    const lower = triangles([3, 5, 5]);
    const y = random.normal(random.key(5), [7, 3, 5]);
    const b = lower.mul(y.expandDims(-2)).sum(-1);
    expect(solveLower(lower, b)).toHaveShape([7, 3, 5]);
    expect(solveLower(lower, b)).toBeNear(y, { abs: 2e-5 });
    expect(solveLower(lower, tf.ones([7, 1, 5]))).toHaveShape([7, 3, 5]);
    expect(() => solveLower(lower, b)).toLeaveTensors(1);
  });

  test("has gradients that agree with finite differences", () => {
    const params = { lower: triangles([3, 3]), b: random.normal(random.key(6), [2, 3]) };
    const weights = random.normal(random.key(7), [2, 3]);
    const f = (p: typeof params): tf.Tensor => solveLower(p.lower, p.b);
    const { grads } = valueAndGrad((p: typeof params) => f(p).mul(weights).sum())(params);
    const { gradient, error } = numericalGradient(f, params, weights);
    expect(grads.lower).toBeNear(gradient.lower, { abs: error });
    expect(grads.b).toBeNear(gradient.b, { abs: error });
  });

  test("throws if the vector has another length", () => {
    expect(() => solveLower(tf.eye(3), tf.zeros([3, 2]))).toThrow(
      new Error("solveLower: b must be [..., D=3], got [3, 2]"),
    );
  });
});

test("diagonal and lowerTriangle act on each matrix of a batch", () => {
  const a = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
  expect(diagonal(a)).toBeNear([1, 4, 5, 8], {});
  expect(lowerTriangle(a)).toBeNear([1, 0, 3, 4, 5, 0, 7, 8], {});
});

describe("logAbsDet", () => {
  test("of closed forms: two rows, a permutation, a Vandermonde matrix", () => {
    expect(
      logAbsDet(
        tf.tensor2d([
          [4, 2],
          [2, 5],
        ]),
      ),
    ).toBeNear(Math.log(16), { rel: 1e-6 });
    expect(
      logAbsDet(
        tf.tensor2d([
          [0, -2, 0],
          [0, 0, 3],
          [0.5, 0, 0],
        ]),
      ),
    ).toBeNear(Math.log(3), { rel: 1e-6 });
    const nodes = [-1, 0.5, 1, 2];
    const vandermonde = tf.tensor2d(nodes.map((x) => nodes.map((_, k) => x ** k)));
    const gaps = nodes.flatMap((x, i) => nodes.slice(0, i).map((y) => Math.log(x - y)));
    const sum = gaps.reduce((a, b) => a + b); // log Π_{i<j} (x_j − x_i)
    expect(logAbsDet(vandermonde)).toBeNear(sum, { abs: 1e-5 });
  });

  test.each([[[1, 1]], [[2, 2]], [[3, 5, 5]], [[2, 3, 7, 7]]])("of L Lᵀ is 2 Σ log L_ii, %j", (shape) => {
    const lower = triangles(shape);
    const a = gram(lower);
    // One rounding of 6e-8 for each entry, times the ratio of the eigenvalues, about 100
    expect(logAbsDet(a)).toBeNear(diagonal(lower).log().sum(-1).mul(2), { abs: 2e-5 });
    expect(jit((x: tf.Tensor) => logAbsDet(x))(a)).toBeNear(logAbsDet(a), { abs: 2e-5 });
    expect(() => logAbsDet(a)).toLeaveTensors(1);
  });

  test("needs pivots: a small first entry loses nothing", () => {
    // det = 1e-9 − 1; without a pivot, float32 keeps nothing of the second row
    expect(
      logAbsDet(
        tf.tensor2d([
          [1e-9, 1],
          [1, 1],
        ]),
      ),
    ).toBeNear(0, { abs: 1e-6 });
  });

  test("of a singular matrix is −∞, and of integers exact", () => {
    expect(
      logAbsDet(
        tf.tensor2d([
          [0, 1],
          [0, 3],
        ]),
      ),
    ).toBeNear(-Infinity, {});
    expect(
      logAbsDet(
        tf.tensor2d(
          [
            [3, 1],
            [1, 2],
          ],
          [2, 2],
          "int32",
        ),
      ),
    ).toBeNear(Math.log(5), { rel: 1e-6 });
  });

  test("has the gradient A⁻ᵀ", () => {
    const { grads } = valueAndGrad((x: tf.Tensor) => logAbsDet(x))(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(grads).toBeNear(
      tf.tensor2d([
        [-2, 1.5],
        [1, -0.5],
      ]),
      { abs: 1e-5 },
    );
  });

  test("throws if the matrices are not square", () => {
    expect(() => logAbsDet(tf.zeros([2, 3]))).toThrow("logAbsDet: a must be [..., D, D], got [2, 3]");
  });
});
