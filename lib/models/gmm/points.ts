import type * as tf from "@tensorflow/tfjs";
import { checkCount, checkShape } from "../../core/shape";

/** Points as plain numbers, row by row. */
export interface Points {
  readonly values: Float32Array | Int32Array | Uint8Array;
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
 * @throws when x has another shape, a number in it is not finite, a column is constant, or there are fewer than K rows.
 */
export function checkData(caller: string, x: tf.Tensor, components: number): Points {
  checkShape(caller, "x", x, ["N", "D"], "one row a point");
  checkCount(caller, "components", components, 1);
  const [rows = 0, columns = 0] = x.shape;
  if (components > rows)
    throw new Error(`${caller}: components must be at most the ${rows} rows of x, got ${components}`);
  const values = x.dataSync();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `${caller}: x must be finite, got ${String(values[bad])} at [${Math.floor(bad / columns)}, ${bad % columns}]; ` +
        "leave such rows out",
    );
  const variances = Array.from({ length: columns }, (_, j) => columnVariance(values, rows, columns, j));
  const constant = variances.indexOf(0);
  if (constant >= 0)
    throw new Error(
      `${caller}: x must vary in each column, got ${String(values[constant])} in every row of column ${constant}; ` +
        "leave the column out",
    );
  return { values, rows, columns, variance: variances.reduce((sum, v) => sum + v, 0) / columns };
}

function columnVariance(values: Points["values"], rows: number, columns: number, j: number): number {
  let [mean, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const delta = (values[row * columns + j] ?? NaN) - mean;
    mean += delta / (row + 1);
    squares += delta * ((values[row * columns + j] ?? NaN) - mean);
  }
  return squares / rows;
}
