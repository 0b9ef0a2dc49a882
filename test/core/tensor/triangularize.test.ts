import { cholesky, jit, random, tf, triangularize, valueAndGrad } from "latent";
import { describe, expect, test } from "vitest";
import { numericalGradient } from "../../support/finite-differences";

describe("triangularize", () => {
  test.each([
    [3, 7],
    [4, 4],
    [1, 3],
    [3, 2],
  ])("of a matrix [%d, %d] has the product A Aᵀ", (rows, columns) => {
    const a = random.normal(random.key(1), [5, rows, columns]);
    const lower = triangularize(a);
    expect(lower).toHaveShape([5, rows, rows]);
    // Sums of seven products of numbers up to 3, after four reflections: some 30 roundings of 6e-8 of 10
    expect(tf.matMul(lower, lower, false, true)).toBeNear(tf.matMul(a, a, false, true), { abs: 2e-5 });
    const above = lower.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([rows, rows]), -1, 0)));
    expect(above).toBeNear(0, { abs: 0 });
    expect(lower.mul(tf.eye(rows)).min().dataSync()[0]).toBeGreaterThanOrEqual(0);
  });

  test("is the Cholesky factor of A Aᵀ, with the same gradient", () => {
    const a = random.normal(random.key(2), [3, 5]);
    const weights = random.normal(random.key(3), [3, 3]);
    const direct = valueAndGrad((x: tf.Tensor) => triangularize(x).mul(weights).sum())(a);
    const byCholesky = valueAndGrad((x: tf.Tensor) =>
      cholesky(tf.matMul(x, x, false, true))
        .mul(weights)
        .sum(),
    )(a);
    // The condition number of A Aᵀ is some 10², and Cholesky's error is relative to that
    expect(direct.value).toBeNear(byCholesky.value, { abs: 1e-5, rel: 1e-5 });
    expect(direct.grads).toBeNear(byCholesky.grads, { abs: 1e-4, rel: 1e-4 });
    const { gradient } = numericalGradient((x: tf.Tensor) => triangularize(x).mul(weights).sum(), a);
    expect(direct.grads).toBeNear(gradient, { abs: 5e-3, rel: 5e-3 });
  });

  test("keeps digits that a sum of squares loses", () => {
    // A Aᵀ = [[1e8 + 1, 1e8], [1e8, 1e8]]: a Schur complement of 1e8 / (1e8 + 1), which float32 rounds away
    const lower = triangularize(tf.tensor2d([[1e4, 1], [1e4, 0]])); // prettier-ignore
    expect(lower.slice([1, 1], [1, 1])).toBeNear(1, { abs: 1e-3 });
  });

  test("of a row of zeros has a finite gradient", () => {
    const a = tf.tensor2d([[0, 0, 0], [1, 2, 2]]); // prettier-ignore
    const lower = triangularize(a);
    expect(tf.matMul(lower, lower, false, true)).toBeNear([0, 0, 0, 9], { abs: 1e-5 });
    const { grads } = valueAndGrad((x: tf.Tensor) => triangularize(x).sum())(a);
    expect(grads.isFinite().all().dataSync()[0]).toBe(1);
  });

  test("gives the same compiled, and leaves no tensors", () => {
    const a = random.normal(random.key(4), [2, 3, 6]);
    const compiled = jit((x: tf.Tensor) => triangularize(x), { compiler: "graph" });
    expect(compiled(a)).toBeNear(triangularize(a), { abs: 1e-6, rel: 1e-6 });
    compiled.dispose();
    expect(() => triangularize(a)).toLeaveTensors(1);
  });

  test("refuses what is no matrix", () => {
    expect(() => triangularize(tf.ones([3]))).toThrow(
      new Error("triangularize: a must be [..., N, M] with N >= 1, got [3]"),
    );
  });
});
