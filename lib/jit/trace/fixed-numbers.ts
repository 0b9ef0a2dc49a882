/** A constant that a trace recorded: numbers of JavaScript, which the compiled function keeps. */
export interface FixedNumbers {
  /** The first numbers, for messages. */
  readonly first: readonly number[];
  /** The number of numbers. */
  readonly count: number;
  /** A hash of all numbers. */
  readonly hash: number;
  /** Created where the constant was made, for messages. */
  readonly origin: Error;
}

/** Summarizes a constant. */
export function fixedNumbers(values: ArrayBufferView, origin: Error): FixedNumbers {
  const numbers = values as unknown as ArrayLike<number>;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let hash = 2166136261; // FNV-1a
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  const first = Array.from({ length: Math.min(3, numbers.length) }, (_, i) => Number(numbers[i]));
  return { first, count: numbers.length, hash, origin };
}

/** Returns the index of the first constant that differs between two traces of equally many, −1 if none. */
export function firstChange(before: readonly FixedNumbers[], now: readonly FixedNumbers[]): number {
  return before.findIndex(({ hash, count }, i) => hash !== now[i]?.hash || count !== now[i].count);
}

/** Formats the numbers of a constant: `0.1`, or `[1, 2, 3, …]`. */
export function showNumbers({ first, count }: FixedNumbers): string {
  const numbers = first.map((x) => String(Number(x.toPrecision(6))));
  return count === 1 ? (numbers[0] ?? "") : `[${numbers.join(", ")}${count > first.length ? ", …" : ""}]`;
}
