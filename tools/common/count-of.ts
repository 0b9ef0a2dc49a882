/** A count with its word: `1 figure`, `2 figures`. */
export const countOf = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
