/** Rows grouped by the level of a factor, from which pairs are drawn. */
export interface RowsByLevel {
  /** The rows of each level. */
  readonly rows: readonly number[][];
  /** The levels of a maximal set of disjoint pairs: a level with m rows occurs ⌊m / 2⌋ times. */
  readonly slots: number[];
}

/** Groups rows by the level of a factor. */
export function groupByLevel(rows: Int32Array, levels: Int32Array): RowsByLevel {
  const byLevel = new Map<number, number[]>();
  for (const row of rows) {
    const level = levels[row] ?? NaN;
    const members = byLevel.get(level);
    if (members === undefined) byLevel.set(level, [row]);
    else members.push(row);
  }
  const groups = [...byLevel.values()];
  return {
    rows: groups,
    slots: groups.flatMap((members, level) => Array<number>(Math.floor(members.length / 2)).fill(level)),
  };
}

/**
 * Draws disjoint pairs of rows that share a level; each level is drawn in proportion to its number of slots.
 *
 * It permutes the rows and slots in place.
 *
 * @param count the number of pairs, at most that of the slots.
 * @param draw returns a uniform number in [0, 1); called three times per pair.
 */
export function drawPairs(
  { rows, slots }: RowsByLevel,
  count: number,
  draw: () => number,
): (readonly [number, number])[] {
  const left = rows.map((members) => members.length);
  /** Draws one of the first `length` items, and swaps it behind them. */
  const take = (items: number[], length: number): number => {
    const [i, last] = [Math.floor(draw() * length), length - 1];
    const item = items[i] ?? NaN;
    items[i] = items[last] ?? NaN;
    items[last] = item;
    return item;
  };
  return Array.from({ length: count }, (_, taken) => {
    const level = take(slots, slots.length - taken);
    const members = rows[level] ?? [];
    const next = (): number => {
      const length = left[level] ?? 0;
      left[level] = length - 1;
      return take(members, length);
    };
    return [next(), next()] as const;
  });
}
