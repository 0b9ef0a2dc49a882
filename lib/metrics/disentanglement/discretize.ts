/**
 * Discretizes a factor to integers 0, 1, …: its levels, if each distinct value has at least two rows on
 * average; otherwise the factor counts as continuous, and the integers are bins of equal width.
 */
export function factorLevels(column: Float64Array, bins: number): Int32Array {
  return ranks(new Set(column).size <= column.length / 2 ? column : binned(column, bins));
}

/**
 * Discretizes a code to integers 0, 1, …: its distinct values if there are at most `bins`, otherwise bins of
 * equal width.
 */
export function codeLevels(column: Float64Array, bins: number): Int32Array {
  return ranks(new Set(column).size <= bins ? column : binned(column, bins));
}

/** The index of each value's bin, among `bins` of equal width from the minimum to the maximum. */
function binned(column: Float64Array, bins: number): Float64Array {
  const least = column.reduce((a, b) => Math.min(a, b), Infinity);
  const most = column.reduce((a, b) => Math.max(a, b), -Infinity);
  return column.map((value) => Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins)));
}

/** The rank of each value among the distinct values, from the smallest; empty bins are not counted. */
function ranks(column: Float64Array): Int32Array {
  const levels = Float64Array.from(new Set(column)).sort();
  const rank = new Map(Array.from(levels, (value, i) => [value, i]));
  return Int32Array.from(column, (value) => rank.get(value) ?? 0);
}
