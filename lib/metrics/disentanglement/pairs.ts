/** Rows in groups, of which pairs are drawn: those with one level of a factor. */
export interface Alike {
  /** Of each level of the factor, its rows. */
  readonly rows: readonly number[][];
  /** Of each pair that can be had at once, its level: that of m rows comes ⌊m / 2⌋ times. */
  readonly slots: number[];
}

/** The rows sorted by the factor's level, a whole number. */
export function alike(rows: Int32Array, levels: Int32Array): Alike {
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
 * Draws pairs of rows with one level; no row comes twice. A level comes the more often the more pairs it has.
 *
 * The rows and the slots that it draws from are left in another order.
 *
 * @param count at most as many as there are slots.
 * @param draw gives a uniform number on [0, 1), and is called three times a pair.
 */
export function drawPairs(
  { rows, slots }: Alike,
  count: number,
  draw: () => number,
): (readonly [number, number])[] {
  const left = rows.map((members) => members.length);
  /** One of the first `length` items, which moves behind them. */
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
