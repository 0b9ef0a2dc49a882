/** Functions of tensors take integers; the values are worked out by hand. */
import {
  cholesky,
  diagonal,
  digamma,
  lgamma,
  logAbsDet,
  logMeanExp,
  logSumExp,
  softplus,
  solveLower,
  tf,
  useBackend,
} from "latent";
import { afterAll, describe, expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

function vector(...values: number[]): tf.Tensor {
  return tf.tensor(Int32Array.from(values), [values.length], "int32");
}

function square(...values: number[]): tf.Tensor {
  return tf.tensor(Int32Array.from(values), [2, 2], "int32");
}

const EULER = 0.5772156649;

describe.each([home, ...others])("on the backend %s", (backend) => {
  afterAll(goHome);

  test.each<[name: string, f: () => tf.Tensor, expected: readonly number[]]>([
    ["logSumExp", () => logSumExp(vector(1, 2, 4)), [4 + Math.log(1 + Math.exp(-2) + Math.exp(-3))]],
    ["logMeanExp", () => logMeanExp(vector(0, 0, 0, 0)), [0]],
    [
      "softplus",
      () => softplus(vector(-1, 0, 3)),
      [Math.log1p(Math.exp(-1)), Math.LN2, 3 + Math.log1p(Math.exp(-3))],
    ],
    ["lgamma", () => lgamma(vector(1, 3, 7)), [0, Math.LN2, Math.log(720)]],
    ["digamma", () => digamma(vector(1, 2, 4)), [-EULER, 1 - EULER, 1 + 1 / 2 + 1 / 3 - EULER]],
    ["cholesky", () => cholesky(square(2, 1, 1, 1)), [Math.SQRT2, 0, Math.SQRT1_2, Math.SQRT1_2]],
    ["diagonal", () => diagonal(square(4, 0, 2, 5)), [4, 5]],
    ["logAbsDet", () => logAbsDet(square(2, 3, 4, 1)), [Math.log(10)]],
    ["solveLower of a matrix", () => solveLower(square(4, 0, 2, 5), tf.tensor1d([1, 2])), [1 / 4, 3 / 10]],
    [
      "solveLower of a vector",
      () => solveLower(tf.tensor2d([4, 0, 2, 5], [2, 2]), vector(1, 3)),
      [1 / 4, 1 / 2],
    ],
    ["solveLower of both", () => solveLower(square(4, 0, 2, 5), vector(1, 3)), [1 / 4, 1 / 2]],
  ])("%s", async (_, f, expected) => {
    await useBackend(backend);
    // lgamma and digamma promise 2e-6 of max(1, |value|); everything else rounds a few times in float32.
    expect(f()).toBeNear(expected, { rel: 2e-6, abs: 2e-6 });
  });
});
