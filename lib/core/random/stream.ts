import { checkCount } from "../numeric/check-number";
import { erfinv } from "../numeric/erfinv";
import { fold, type Key } from "./key";
import { bits } from "./draws";

/** A stream of plain random numbers, for simulators that draw one after another. */
export interface RandomStream {
  /** Returns the next number of U[min, max), by default [0, 1). */
  uniform(min?: number, max?: number): number;
  /** Returns the next number of N(mu, sigma²), by default N(0, 1). */
  normal(mu?: number, sigma?: number): number;
  /** Returns the next integer from 0 … n − 1. */
  integer(n: number): number;
  /** Returns one of the items. */
  choice<T>(items: readonly T[]): T;
}

/** The number of words that are drawn at a time. */
const BLOCK = 256;

/**
 * Returns a stream of plain numbers that depends only on the key and the calls before, without a tensor for
 * each. It cannot be used in a compiled function of which the key is an argument.
 *
 * A number of U[0, 1) has 32 random bits and is never 1.
 */
export function stream(key: Key): RandomStream {
  let block = 0;
  let words: Int32Array = new Int32Array();
  let next = 0;
  /** On (0, 1): the middle of one of 2³² intervals. */
  const unit = (): number => {
    if (next === words.length) [words, next] = [bits(fold(key, block++), BLOCK), 0];
    return (((words[next++] ?? 0) >>> 0) + 0.5) * 2 ** -32;
  };
  return {
    uniform: (min = 0, max = 1) => min + (max - min) * unit(),
    normal: (mu = 0, sigma = 1) => mu + sigma * Math.SQRT2 * erfinv(2 * unit() - 1),
    integer(n) {
      checkCount("random.stream", "n", n, 1);
      return Math.floor(n * unit());
    },
    choice<T>(items: readonly T[]): T {
      if (items.length === 0)
        throw new Error("random.stream: choice needs at least one item, got an empty array");
      return items[Math.floor(items.length * unit())] as T;
    },
  };
}
