/** A count with its noun: `1 figure`, `2 figures`. */
export function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
