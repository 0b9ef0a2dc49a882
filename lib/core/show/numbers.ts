/** The most decimals that are shown, as in PyTorch. */
const DECIMALS = 4;

/**
 * Returns how to write numbers in one notation, as PyTorch prints tensors: integers as such; otherwise with
 * the fewest decimals, at most four, that write all of them alike; in scientific notation if the largest
 * magnitude is above 10⁸ or 1000 times the smallest, or the smallest is below 10⁻⁴. Zeros do not count.
 *
 * @param values the numbers to be written.
 */
export function numberFormat(values: readonly number[]): (x: number) => string {
  const finite = values.filter((x) => Number.isFinite(x));
  const magnitudes = finite.filter((x) => x !== 0).map(Math.abs);
  const [least, largest] = [Math.min(...magnitudes), Math.max(...magnitudes)];
  const areIntegers = finite.every((x) => Number.isInteger(x));
  const isWide = magnitudes.length > 0 && (largest > 1e8 || (!areIntegers && isWideRange(least, largest)));
  const write = isWide
    ? (x: number): string => x.toExponential(DECIMALS)
    : (x: number): string => x.toFixed(areIntegers ? 0 : DECIMALS);
  const surplus = areIntegers && !isWide ? 0 : Math.min(DECIMALS - 1, ...finite.map((x) => zeros(write(x))));
  const format = isWide
    ? (x: number): string => x.toExponential(DECIMALS - surplus)
    : (x: number): string => x.toFixed(areIntegers ? 0 : DECIMALS - surplus);
  return (x) => (Number.isFinite(x) ? format(x) : String(x));
}

function isWideRange(least: number, largest: number): boolean {
  return largest / least > 1000 || least < 1e-4;
}

/** The number of zeros at the end of the decimals of a number as text. */
function zeros(text: string): number {
  return /\.\d*?(0*)(?:e.*)?$/.exec(text)?.[1]?.length ?? 0;
}
