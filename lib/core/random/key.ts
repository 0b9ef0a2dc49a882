import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../numeric/check-number";
import { isTracing } from "../tensor/tracing";
import { threefry, threefryBlocks } from "./threefry";
import { counters, threefryTensors } from "./threefry-tensors";

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

/** True for a key, whichever form its words have; an object that merely has something named `words` is none. */
export const isKey = (value: unknown): value is Key =>
  typeof value === "object" &&
  value !== null &&
  "words" in value &&
  Object.keys(value).length === 1 &&
  areWords(value.words);

const areWords = (words: unknown): boolean =>
  words instanceof tf.Tensor
    ? words.dtype === "int32" && words.rank === 1 && words.size === 2
    : words instanceof Int32Array && words.length === 2;

/** N keys: a tuple where a number up to 16 is written out, so that `const [a, b] = split(key)` has no undefined in it. */
export type Keys<N extends number, T extends Key[] = []> = number extends N
  ? Key[]
  : T["length"] extends N
    ? T
    : T["length"] extends 16
      ? Key[] // the compiler gives up on tuples of some hundreds
      : Keys<N, [...T, Key]>;

/**
 * `n` new keys from one that is not to be used again.
 *
 * @param n how many keys, 2 by default.
 * @throws if `n` is not a positive integer.
 */
export function split<N extends number = 2>(parent: Key, n: N = 2 as N): Keys<N> {
  checkCount("random.split", "n", n, 1);
  const traced = tracedWords(parent, "random.split");
  if (traced !== undefined) {
    const { first, second } = threefryTensors(traced, counters(n));
    return tf.unstack(tf.stack([first, second], 1)).map((words) => ({ words })) as Keys<N>;
  }
  const { first, second } = threefryBlocks(concreteWords(parent, "random.split"), n);
  return Array.from(first, (word, i) => ({ words: Int32Array.of(word, second[i] ?? 0) })) as Keys<N>;
}

/**
 * The key number `index` of a family: a key for each step of a loop, say, without a list of them.
 *
 * `fold(k, i)` equals `split(k, n)[i]`, so a key is either split or folded, not both.
 *
 * @param index a whole number from 0 to 2³² − 1; in a compiled function also a scalar int32 tensor.
 */
export function fold(parent: Key, index: number | tf.Tensor): Key {
  if (typeof index === "number" && !(Number.isInteger(index) && index >= 0 && index < 2 ** 32))
    throw new Error(`random.fold: index must be an integer from 0 to 2^32 - 1, got ${index}`);
  const traced = tracedWords(parent, "random.fold", typeof index !== "number");
  if (traced !== undefined) {
    const counter = typeof index === "number" ? tf.scalar(index | 0, "int32") : index;
    const { first, second } = threefryTensors(traced, counter);
    return { words: tf.stack([first, second]) as tf.Tensor1D };
  }
  const words = new Int32Array(2);
  const low = typeof index === "number" ? index : (index.dataSync()[0] ?? 0);
  threefry(concreteWords(parent, "random.fold"), 0, low, words);
  return { words };
}

/**
 * The words of a key as a tensor, where they are not known because a compiled function is being traced; else undefined.
 *
 * @param always whether to give them as a tensor in such a function even if they are known.
 */
export function tracedWords(parent: Key, caller: string, always = false): tf.Tensor1D | undefined {
  if (!isTracing()) return undefined;
  checkKey(parent, caller);
  if (parent.words instanceof tf.Tensor) return parent.words;
  return always ? tf.tensor1d(parent.words, "int32") : undefined;
}

/**
 * The words of a key as numbers.
 *
 * @throws in a compiled function that got the key as an argument.
 */
export function concreteWords(parent: Key, caller: string): Int32Array {
  checkKey(parent, caller);
  if (parent.words instanceof Int32Array) return parent.words;
  if (isTracing())
    throw new Error(
      `${caller} gives plain numbers, which a compiled function does not have; ` +
        "call it outside, and pass what it gives as a tensor",
    );
  return parent.words.dataSync<"int32">();
}

function checkKey(parent: Key, caller: string): void {
  if (!isKey(parent))
    throw new Error(`${caller}: the first argument must be a Key; make one with random.key(seed)`);
}
