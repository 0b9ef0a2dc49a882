/** Functions of tensors give for integers what they give for the same numbers with a point. */
import { cholesky, diagonal, digamma, lgamma, logMeanExp, logSumExp, softplus, solveLower, tf } from "latent";
import { expect, test } from "vitest";

const square = [4, 0, 2, 5];

test.each<[name: string, f: (x: tf.Tensor) => tf.Tensor, values: number[], shape: number[]]>([
  ["logSumExp", logSumExp, [1, 2, 4], [3]],
  ["logMeanExp", logMeanExp, [1, 2, 4], [3]],
  ["softplus", softplus, [-1, 0, 3], [3]],
  ["lgamma", lgamma, [1, 2, 7], [3]],
  ["digamma", digamma, [1, 2, 7], [3]],
  ["cholesky", cholesky, [4, 2, 2, 5], [2, 2]],
  ["diagonal", diagonal, square, [2, 2]],
  ["solveLower of an integer matrix", (x) => solveLower(x, tf.tensor1d([1, 2])), square, [2, 2]],
  ["solveLower of an integer vector", (x) => solveLower(tf.tensor2d(square, [2, 2]), x), [1, 3], [2]],
])("%s", (_, f, values, shape) => {
  const integers = tf.tensor(Int32Array.from(values), shape, "int32");
  expect(f(integers)).toBeNear(f(tf.tensor(values, shape, "float32")), {});
});
