import type * as tf from "@tensorflow/tfjs";
import { checkShape } from "../../core/tensor/shape";

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
    if (!varies(column))
      throw new Error(
        `${caller}: factors[:, ${j}] must vary, got ${column[0] ?? "no row"} in every row; leave it out`,
      );
  });
  return columns;
}

/** Whether a column has two different values. */
export const varies = (column: Float64Array): boolean => column.some((value) => value !== column[0]);

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
 * A factor as whole numbers 0, 1, …: its levels, if it has two rows or more for each different value on average, as one has that is drawn
 * from a few levels; else it is taken for continuous, and these are its bins of equal width.
 */
export const factorLevels = (column: Float64Array, bins: number): Int32Array =>
  ranks(new Set(column).size <= column.length / 2 ? column : binned(column, bins));

/** A code as whole numbers 0, 1, …: its values if it has at most `bins` different ones, else its bins of equal width. */
export const codeLevels = (column: Float64Array, bins: number): Int32Array =>
  ranks(new Set(column).size <= bins ? column : binned(column, bins));

/** The number of each value's bin among `bins` of equal width from the least to the most. */
function binned(column: Float64Array, bins: number): Float64Array {
  const least = column.reduce((a, b) => Math.min(a, b), Infinity);
  const most = column.reduce((a, b) => Math.max(a, b), -Infinity);
  return column.map((value) => Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins)));
}

/** The place of each value among the different ones, from the least: what never comes, as an empty bin, is not counted. */
function ranks(column: Float64Array): Int32Array {
  const levels = Float64Array.from(new Set(column)).sort();
  const rank = new Map(Array.from(levels, (value, i) => [value, i]));
  return Int32Array.from(column, (value) => rank.get(value) ?? 0);
}

/** A column moved and scaled to mean 0 and variance 1, as its first `rows` have it; a constant becomes 0. */
export function standardized(column: Float64Array, rows = column.length): Float64Array {
  const head = column.subarray(0, rows);
  const mean = head.reduce((sum, value) => sum + value, 0) / rows;
  const variance = head.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
  const scale = varies(head) ? 1 / Math.sqrt(variance) : 0; // the mean of equal numbers may be rounded, and no variance is then 0
  return column.map((value) => (value - mean) * scale);
}
