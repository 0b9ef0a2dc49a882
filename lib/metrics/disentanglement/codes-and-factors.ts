import type * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/tensor/shape";

/** Codes and factors as columns of n numbers. */
export interface Columns {
  /** One array per coordinate of the code, D arrays. */
  readonly codes: readonly Float64Array[];
  /** One array per factor, F arrays. */
  readonly factors: readonly Float64Array[];
}

/**
 * Returns the columns of codes [n, D] and factors [n, F].
 *
 * @throws if the numbers of rows differ, if one has fewer than two columns or a number that is not finite, or
 *   if a factor is constant.
 */
export function columnsOf(caller: string, codes: tf.Tensor, factors: tf.Tensor): Columns {
  checkShape(caller, "codes", codes, ["n", "D"]);
  checkShape(
    caller,
    "factors",
    factors,
    [`n=${codes.shape[0]}`, "F"],
    "give one row of factors per row of codes",
  );
  const columns = { codes: split(caller, "codes", codes), factors: split(caller, "factors", factors) };
  columns.factors.forEach((column, j) => {
    if (!varies(column))
      throw new Error(
        `${caller}: factors[:, ${j}] must vary, got ${column[0] ?? "no rows"} in every row; leave it out`,
      );
  });
  return columns;
}

/** Whether a column has at least two different values. */
export function varies(column: Float64Array): boolean {
  return column.some((value) => value !== column[0]);
}

function split(caller: string, name: string, table: tf.Tensor): Float64Array[] {
  const [rows = 0, width = 0] = table.shape;
  if (width < 2) throw new Error(`${caller}: ${name} must have at least 2 columns, got ${width}`);
  const values = table.dataSync();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `${caller}: ${name} must be finite, got ${values[bad] ?? NaN} in row ${Math.floor(bad / width)}`,
    );
  return Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => values[i * width + j] ?? 0),
  );
}

/**
 * Standardizes a column by the mean and variance of its first `rows` numbers; a constant column becomes 0.
 */
export function standardized(column: Float64Array, rows = column.length): Float64Array {
  const head = column.subarray(0, rows);
  const mean = head.reduce((sum, value) => sum + value, 0) / rows;
  const variance = head.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
  // Not by the variance: the mean of equal numbers may be rounded, and the variance is then above 0
  const scale = varies(head) ? 1 / Math.sqrt(variance) : 0;
  return column.map((value) => (value - mean) * scale);
}
