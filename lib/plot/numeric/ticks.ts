/**
 * Returns integer tick positions from `low` to `high` or the first multiple of the step beyond it, for
 * counts: between two integers there is no tick.
 *
 * @param low an integer, the first tick.
 * @param high an integer, at least `low`.
 * @param maxSteps the largest number of steps; 5 by default.
 */
export function integerTicks(low: number, high: number, maxSteps = 5): number[] {
  const step = Math.ceil(Math.max(high - low, 1) / maxSteps);
  return Array.from({ length: Math.ceil((high - low) / step) + 1 }, (_, i) => low + i * step);
}
