/** The values of a function at the points of a rectangular grid. */
export interface Grid {
  /** The x coordinates of the columns, increasing. */
  readonly x: readonly number[];
  /** The y coordinates of the rows, increasing. */
  readonly y: readonly number[];
  /** Row by row: the value at (x[i], y[j]) is `values[j * x.length + i]`. */
  readonly values: ArrayLike<number>;
}

/** A line as a list of points; the first and the last point of a closed line are equal. */
export type Polyline = readonly (readonly [x: number, y: number])[];
