import type * as tf from "@tensorflow/tfjs";

/**
 * The range of variances for which float32 represents 10⁻⁶ of the variance, and sums of many squares.
 */
const VARIANCE_RANGE = { least: 1e-30, most: 1e30 };

/** The values of a tensor [N, D], row by row. */
export interface DataMatrix {
  /** [N·D], row by row. */
  readonly values: Float32Array | Int32Array | Uint8Array;
  /** N. */
  readonly rows: number;
  /** D. */
  readonly columns: number;
}

/**
 * Returns the values of a data matrix and checks that they are finite.
 *
 * @param caller the public function named in the error, and `name` its argument.
 * @param x [N, D].
 * @param remedy the remedy for a value that is not finite.
 * @throws if there are no columns, or a value is not finite.
 */
export function readFinite(caller: string, name: string, x: tf.Tensor, remedy: string): DataMatrix {
  const [rows = 0, columns = 0] = x.shape;
  if (columns === 0) throw new Error(`${caller}: ${name} must have at least one column, got none`);
  const values = x.dataSync();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new Error(
      `${caller}: ${name} must be finite, got ${String(values[bad])} ` +
        `at [${Math.floor(bad / columns)}, ${bad % columns}]; ${remedy}`,
    );
  return { values, rows, columns };
}

/**
 * Returns the variances of the columns, in double precision: the scales of the data.
 *
 * @throws if there are fewer than 2 rows, a column is constant (a fitted density would be unbounded), or a
 *   variance is outside the range of float32.
 */
export function columnVariances(caller: string, name: string, matrix: DataMatrix): readonly number[] {
  const { values, rows, columns } = matrix;
  if (rows < 2)
    throw new Error(`${caller}: ${name} must have at least 2 rows to have a variance, got ${rows}`);
  const variances = Array.from({ length: columns }, (_, j) => columnVariance(matrix, j));
  const constant = variances.indexOf(0);
  if (constant >= 0)
    throw new Error(
      `${caller}: ${name} must vary in each column, ` +
        `got ${String(values[constant])} in every row of column ${constant}; leave out the column`,
    );
  const { least, most } = VARIANCE_RANGE;
  const extreme = variances.findIndex((variance) => variance < least || variance > most);
  if (extreme >= 0)
    throw new Error(
      `${caller}: ${name} must have variances between ${least} and ${most}, got ` +
        `${String(variances[extreme]?.toPrecision(2))} in column ${extreme}; rescale it to about 1`,
    );
  return variances;
}

/** The smallest variances that a fit allows by default, one per column: 10⁻⁶ of the column's own variance. */
export function defaultFloors(variances: readonly number[]): readonly number[] {
  return variances.map((variance) => 1e-6 * variance);
}

/** Returns the floor of column j: of a list, or one floor for all. */
export function floorOf(floor: number | readonly number[], j: number): number {
  return typeof floor === "number" ? floor : (floor[j] ?? NaN);
}

/** Welford's algorithm, which returns exactly 0 for a constant column. */
function columnVariance({ values, rows, columns }: DataMatrix, j: number): number {
  let [mean, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + j] ?? NaN;
    const delta = value - mean;
    mean += delta / (row + 1);
    squares += delta * (value - mean);
  }
  return squares / rows;
}
