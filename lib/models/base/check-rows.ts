import type * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/tensor/shape";

/**
 * Checks that a tensor is a matrix with one data point per row.
 *
 * @param caller the public function named in the error, and `name` its argument.
 * @param axes the letters of the two axes, such as `["B", "D"]`.
 * @param size the required number of columns.
 * @throws if x has a different shape.
 */
export function checkRows(
  caller: string,
  name: string,
  x: tf.Tensor,
  [rows, columns]: readonly [rows: string, columns: string],
  size: number,
): void {
  checkShape(caller, name, x, [rows, `${columns}=${size}`], `use ${name}.reshape([-1, ${size}])`);
}
