import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
import { finiteRows, meanVariance, type Values } from "../columns";

/** Points as plain numbers, row by row. */
export interface Points {
  readonly values: Values;
  /** N. */
  readonly rows: number;
  /** D. */
  readonly columns: number;
  /** The mean of the variances of the columns. */
  readonly variance: number;
}

/**
 * Reads points [N, D] and checks that a mixture of K components can be fitted to them.
 *
 * @throws when x has another shape, a number in it is not finite, a column is constant, or there are fewer than K rows or than 2.
 */
export function checkData(caller: string, x: tf.Tensor, components: number): Points {
  checkShape(caller, "x", x, ["N", "D"], "one row a point");
  checkCount(caller, "components", components, 1);
  const [rows = 0, columns = 0] = x.shape;
  if (components > rows)
    throw new Error(`${caller}: components must be at most the ${rows} rows of x, got ${components}`);
  const values = finiteRows(caller, "x", x, "leave such rows out");
  return { values, rows, columns, variance: meanVariance(caller, "x", values, columns) };
}
