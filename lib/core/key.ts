import type * as tf from "@tensorflow/tfjs";
import { threefry, threefryBlocks } from "./threefry";

/**
 * The seed of a random computation: two int32 words, used once, for one draw or for one split.
 *
 * A key is a value. It is never advanced: the same key always gives the same numbers, on every backend. Its words are
 * plain numbers, or a tensor int32 [2] where the key is an argument of a compiled function.
 */
export interface Key {
  readonly words: Int32Array | tf.Tensor1D;
}

/**
 * The key of a seed.
 *
 * @param seed an integer from 0 to 2⁵³ − 1.
 * @throws when the seed is anything else.
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`random.key: seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  return { words: Int32Array.of(Math.floor(seed / 2 ** 32), seed) };
}

/** True for a key, whichever form its words have. */
export const isKey = (value: unknown): value is Key =>
  typeof value === "object" && value !== null && "words" in value;

/** N keys: a tuple where the number is written out, so that `const [a, b] = split(key)` has no undefined in it. */
export type Keys<N extends number, T extends Key[] = []> = number extends N
  ? Key[]
  : T["length"] extends N
    ? T
    : Keys<N, [...T, Key]>;

/**
 * `n` new keys from one that is not to be used again.
 *
 * @param n how many keys, 2 by default.
 * @throws when `n` is not a whole number above 0.
 */
export function split<N extends number = 2>(parent: Key, n: N = 2 as N): Keys<N> {
  if (!Number.isInteger(n) || n < 1) throw new Error(`random.split: n must be a whole number >= 1, got ${n}`);
  const { first, second } = threefryBlocks(concreteWords(parent, "random.split"), n);
  return Array.from(first, (word, i) => ({ words: Int32Array.of(word, second[i] ?? 0) })) as Keys<N>;
}

/**
 * The key number `index` of a family: a key for each step of a loop, say, without a list of them.
 *
 * `fold(k, i)` equals `split(k, n)[i]`, so a key is either split or folded, not both.
 *
 * @param index a whole number from 0 to 2³² − 1.
 */
export function fold(parent: Key, index: number): Key {
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** 32)
    throw new Error(`random.fold: index must be an integer from 0 to 2^32 - 1, got ${index}`);
  const words = new Int32Array(2);
  threefry(concreteWords(parent, "random.fold"), 0, index, words);
  return { words };
}

/** The words of a key as numbers. */
export function concreteWords(parent: Key, caller: string): Int32Array {
  if (!isKey(parent))
    throw new Error(`${caller}: the first argument must be a Key; make one with random.key(seed)`);
  return parent.words instanceof Int32Array ? parent.words : parent.words.dataSync<"int32">();
}
