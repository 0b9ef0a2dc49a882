import type * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/shape";

/** Codes and factors as columns of n numbers. */
export interface Columns {
  readonly codes: readonly Float64Array[];
  readonly factors: readonly Float64Array[];
}

/**
 * The columns of codes [n, D] and factors [n, F].
 *
 * @throws when they have not the same rows, fewer than two columns, a number that is not finite, or a factor that never changes.
 */
export function columnsOf(caller: string, codes: tf.Tensor, factors: tf.Tensor): Columns {
  checkShape(caller, "codes", codes, ["n", "D"]);
  checkShape(
    caller,
    "factors",
    factors,
    [`n=${codes.shape[0]}`, "F"],
    "give a row of factors for each row of codes",
  );
  const columns = { codes: split(caller, "codes", codes), factors: split(caller, "factors", factors) };
  columns.factors.forEach((column, j) => {
    if (column.every((value) => value === column[0]))
      throw new Error(
        `${caller}: factors[:, ${j}] must vary, got ${column[0] ?? "no row"} in every row; leave it out`,
      );
  });
  return columns;
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
 * A column as whole numbers: the rank of its value if it has at most `bins` different ones, else the number of its bin of equal width.
 */
export function binned(column: Float64Array, bins: number): Int32Array {
  const levels = [...new Set(column)].sort((a, b) => a - b);
  if (levels.length <= bins) {
    const rank = new Map(levels.map((value, i) => [value, i]));
    return Int32Array.from(column, (value) => rank.get(value) ?? 0);
  }
  const [least, most] = [levels[0] ?? 0, levels.at(-1) ?? 0];
  return Int32Array.from(column, (value) =>
    Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins)),
  );
}

/** A column moved and scaled to mean 0 and variance 1, as its first `rows` have it; a constant becomes 0. */
export function standardized(column: Float64Array, rows = column.length): Float64Array {
  const head = column.subarray(0, rows);
  const mean = head.reduce((sum, value) => sum + value, 0) / rows;
  const variance = head.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return column.map((value) => (value - mean) * scale);
}
