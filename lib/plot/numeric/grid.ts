/** Values of a function on a lattice, for figures of two dimensions. */
export interface Grid {
  /** Where the columns are, rising. */
  readonly x: readonly number[];
  /** Where the rows are, rising. */
  readonly y: readonly number[];
  /** Row after row: the value at (x[i], y[j]) is `values[j * x.length + i]`. */
  readonly values: ArrayLike<number>;
}

/** A line through a lattice; a closed one ends where it begins. */
export type Polyline = readonly (readonly [x: number, y: number])[];
