/**
 * Rounds to seven significant digits: the precision of float32, in half the characters of the full number.
 * Integers stay as they are.
 *
 * @param range the largest difference of the numbers that are drawn together. Numbers far from zero get as
 *   many more digits as resolve it: 1.7·10⁹ + i stays apart from its neighbours.
 */
export function roundDigits(value: number, range = Infinity): number {
  if (Number.isInteger(value)) return value + 0; // not −0
  const more = range > 0 && range < Math.abs(value) ? Math.floor(Math.log10(Math.abs(value) / range)) : 0;
  return Number(value.toPrecision(Math.min(17, 7 + more)));
}

/** Returns the function that rounds numbers which are drawn together; see `roundDigits`. */
export function roundTogether(values: Iterable<number>): (value: number) => number {
  const [low, high] = extent(values);
  return (value) => roundDigits(value, high - low);
}

/** Returns the function that rounds points of a plane which are drawn together; see `roundDigits`. */
export function roundPoints(
  points: readonly { readonly x: number; readonly y: number }[],
): (x: number, y: number) => { readonly x: number; readonly y: number } {
  const [first, second] = [roundTogether(points.map(({ x }) => x)), roundTogether(points.map(({ y }) => y))];
  return (x, y) => ({ x: first(x), y: second(y) });
}

/** Formats a number for display, with thousands separators and a true minus sign: `−1,101.2`. */
export function formatNumber(value: number, decimals = 1): string {
  return (Number(value.toFixed(decimals)) + 0)
    .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", "−");
}

/** Returns the smallest and the largest of one or more numbers. */
export function extent(values: Iterable<number>): [min: number, max: number] {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** Returns the median of one or more numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] ?? NaN, sorted[Math.floor(half)] ?? NaN];
  return (low + high) / 2;
}

/** Returns the distinct values in order of first occurrence. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}
