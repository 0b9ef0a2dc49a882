/** Seven significant digits: all that a float32 has, in half the room that a number takes in the notebook. */
export const short = (value: number): number => Number(value.toPrecision(7));

/** A number for people, with a real minus sign: `−101.2`. */
export const show = (value: number, decimals = 1): string =>
  (Number(value.toFixed(decimals)) + 0)
    .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", "−");

/** Least and greatest of a list that is not empty. */
export function extent(values: Iterable<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The middle one of a list that is not empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] ?? NaN, sorted[Math.floor(half)] ?? NaN];
  return (low + high) / 2;
}

/** The distinct values in the order in which they first come. */
export const distinct = <T>(values: Iterable<T>): T[] => [...new Set(values)];
