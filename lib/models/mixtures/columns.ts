import type * as tf from "@tensorflow/tfjs";

/** Between these, float32 holds a variance and 10⁻⁶ of it, and sums of many squares. */
const SQUARES = { least: 1e-30, most: 1e30 };

/** The numbers of a tensor of rank 2, row by row. */
export type Values = Float32Array | Int32Array | Uint8Array;

/**
 * Reads rows of numbers that a model is to be fitted to.
 *
 * @param x [N, D].
 * @param remedy what to do about a number that is not finite.
 * @throws when there are no columns, or a number is not finite, naming its place.
 */
export function finiteRows(caller: string, name: string, x: tf.Tensor, remedy: string): Values {
  const columns = x.shape[1] ?? 0;
  if (columns === 0) throw new Error(`${caller}: ${name} must have at least one column, got none`);
  const values = x.dataSync();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `${caller}: ${name} must be finite, got ${String(values[bad])} at [${Math.floor(bad / columns)}, ${bad % columns}]; ` +
        remedy,
    );
  return values;
}

/**
 * The mean of the variances of the columns of rows, in double precision: the scale against which a variance is small.
 *
 * @throws when there is one row alone, a column is constant, as a density that is fitted to it has no bound, or the squares are out of the
 *   range of float32.
 */
export function meanVariance(caller: string, name: string, values: Values, columns: number): number {
  const rows = values.length / columns;
  if (rows < 2)
    throw new Error(`${caller}: ${name} must have at least 2 rows to have a variance, got ${rows}`);
  const variances = Array.from({ length: columns }, (_, j) => columnVariance(values, rows, columns, j));
  const constant = variances.indexOf(0);
  if (constant >= 0)
    throw new Error(
      `${caller}: ${name} must vary in each column, got ${String(values[constant])} in every row of column ${constant}; ` +
        "leave the column out",
    );
  const mean = variances.reduce((sum, variance) => sum + variance, 0) / columns;
  if (mean < SQUARES.least || mean > SQUARES.most)
    throw new Error(
      `${caller}: ${name} must have a variance between ${SQUARES.least} and ${SQUARES.most}, got ${mean.toPrecision(2)}; ` +
        "choose another unit, in which it is about 1",
    );
  return mean;
}

/** By Welford's running sums, which give exactly 0 where all are equal. */
function columnVariance(values: Values, rows: number, columns: number, j: number): number {
  let [mean, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + j] ?? NaN;
    const delta = value - mean;
    mean += delta / (row + 1);
    squares += delta * (value - mean);
  }
  return squares / rows;
}
