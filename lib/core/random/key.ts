import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../numeric/check-number";
import { isTracing } from "../tensor/tracing";
import { threefry, threefryBlocks } from "./threefry";
import { counters, threefryTensors } from "./threefry-tensors";

/**
 * The seed of a random computation, to be used once: for one draw or for one split.
 *
 * A key is an immutable value: the same key always gives the same numbers, on every backend.
 */
export interface Key {
  /**
   * Two int32 words: plain numbers, or a tensor int32 [2] if the key is an argument of a compiled function.
   */
  readonly words: Int32Array | tf.Tensor1D;
}

/**
 * Returns the key of a seed.
 *
 * @param seed an integer from 0 to 2⁵³ − 1.
 * @throws if the seed is not such an integer.
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new Error(`random.key: seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  return { words: Int32Array.of(Math.floor(seed / 2 ** 32), seed) };
}

/** Whether a value is a key: an object with `words`, as numbers or as a tensor, and nothing else. */
export function isKey(value: unknown): value is Key {
  return (
    typeof value === "object" &&
    value !== null &&
    "words" in value &&
    Object.keys(value).length === 1 &&
    areWords(value.words)
  );
}

function areWords(words: unknown): boolean {
  return words instanceof tf.Tensor
    ? words.dtype === "int32" && words.rank === 1 && words.size === 2
    : words instanceof Int32Array && words.length === 2;
}

/**
 * N keys: a tuple for a literal N up to 16, so that `const [a, b] = split(key)` has no undefined; else an
 * array.
 */
export type Keys<N extends number, T extends Key[] = []> = number extends N
  ? Key[]
  : T["length"] extends N
    ? T
    : T["length"] extends 16
      ? Key[] // the compiler gives up on tuples of a few hundred
      : Keys<N, [...T, Key]>;

/**
 * Splits a key into `n` new ones; the parent must not be used again.
 *
 * @param n the number of new keys, 2 by default.
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
 * Returns child number `index` of a key, for example one for each step of a loop.
 *
 * `fold(k, i)` equals `split(k, n)[i]`, so a key is either split or folded, never both.
 *
 * @param index an integer from 0 to 2³² − 1; in a compiled function also a scalar int32 tensor.
 * @throws if the index is not such an integer.
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
 * Returns the words of a key as a tensor if they are unknown because a function is being traced, otherwise
 * undefined.
 *
 * @param caller the public function that was called, for messages.
 * @param always whether to return a tensor while tracing even if the words are known.
 */
export function tracedWords(parent: Key, caller: string, always = false): tf.Tensor1D | undefined {
  if (!isTracing()) return undefined;
  checkKey(parent, caller);
  if (parent.words instanceof tf.Tensor) return parent.words;
  return always ? tf.tensor1d(parent.words, "int32") : undefined;
}

/**
 * Returns the words of a key as numbers.
 *
 * @param caller the public function that was called, for messages.
 * @throws in a compiled function of which the key is an argument.
 */
export function concreteWords(parent: Key, caller: string): Int32Array {
  checkKey(parent, caller);
  if (parent.words instanceof Int32Array) return parent.words;
  if (isTracing())
    throw new Error(
      `${caller}: cannot return plain numbers for a key that is an argument of a compiled function; ` +
        "call it outside and pass its result as a tensor",
    );
  return parent.words.dataSync<"int32">();
}

function checkKey(parent: Key, caller: string): void {
  if (!isKey(parent))
    throw new Error(`${caller}: the first argument must be a Key; make one with random.key(seed)`);
}
