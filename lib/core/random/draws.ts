import * as tf from "@tensorflow/tfjs";
import { concreteWords, tracedWords, type Key } from "./key";
import { checkCount } from "../numeric/check-number";
import { sizeOf, type Shape } from "../tensor/shape";
import { erfinv, erfinvTensor } from "../tensor/special";
import { threefryBlocks } from "./threefry";
import { counters, shiftRight, threefryTensors, xor } from "./threefry-tensors";

/** 32 random bits for each of `n` elements; element i depends on the key and on i alone. Int32Array [n]. */
export const bits = (key: Key, n: number): Int32Array => randomWords("random.bits", key, n);

function randomWords(caller: string, key: Key, n: number): Int32Array {
  const { first, second } = threefryBlocks(concreteWords(key, caller), n);
  for (let i = 0; i < n; i++) first[i] = (first[i] ?? 0) ^ (second[i] ?? 0);
  return first;
}

/** Uniform numbers on the grid {0, 1, …, 2²³−1} / 2²³, Float32Array [n]. */
function unitValues(key: Key, n: number): Float32Array {
  return Float32Array.from(bits(key, n), (word) => (word >>> 9) * 2 ** -23);
}

/** The same in a compiled function, where the words of the key are a tensor: float32 [n]. */
function unitTensor(words: tf.Tensor1D, n: number): tf.Tensor {
  const { first, second } = threefryTensors(words, counters(n));
  return shiftRight(xor(first, second), 9)
    .cast("float32")
    .mul(2 ** -23);
}

/**
 * Uniform draws on [min, max).
 *
 * @returns float32 of the given shape; the same bits as `jax.random.uniform` gives for this key on [0, 1).
 */
export function uniform(key: Key, shape: Shape = [], { min = 0, max = 1 } = {}): tf.Tensor {
  if (!(min < max)) throw new Error(`random.uniform: min must be below max, got min = ${min}, max = ${max}`);
  const traced = tracedWords(key, "random.uniform");
  const isUnit = min === 0 && max === 1;
  const [width, last] = [Math.fround(max - min), floatBelow(max)];
  if (traced !== undefined)
    return tf.tidy(() => {
      const u = unitTensor(traced, sizeOf(shape)).reshape([...shape]);
      return isUnit ? u : u.mul(width).add(min).minimum(last);
    });
  const values = unitValues(key, sizeOf(shape));
  if (!isUnit)
    for (let i = 0; i < values.length; i++)
      values[i] = Math.min(Math.fround(width * (values[i] ?? 0)) + Math.fround(min), last);
  return tf.tensor(values, [...shape], "float32");
}

/** The largest float32 under x: rounding must not carry a draw up to the end of its interval. */
function floatBelow(x: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, x);
  if (bits.getFloat32(0) < x) return bits.getFloat32(0);
  if (x === 0) return -(2 ** -149);
  bits.setInt32(0, bits.getInt32(0) + (x > 0 ? -1 : 1));
  return bits.getFloat32(0);
}

const BELOW_ONE = 1 - 2 ** -24; // the largest float32 under 1

/**
 * Standard normal draws, ε ~ N(0, 1), by the inverse of the distribution function.
 *
 * @returns float32 of the given shape; equal to `jax.random.normal` for this key up to rounding.
 */
export function normal(key: Key, shape: Shape = []): tf.Tensor {
  const traced = tracedWords(key, "random.normal");
  if (traced !== undefined)
    return tf.tidy(() => {
      const u = unitTensor(traced, sizeOf(shape)).mul(2).sub(BELOW_ONE);
      return erfinvTensor(u)
        .mul(Math.SQRT2)
        .reshape([...shape]);
    });
  const values = unitValues(key, sizeOf(shape));
  for (let i = 0; i < values.length; i++)
    values[i] = Math.SQRT2 * erfinv(Math.fround(2 * (values[i] ?? 0) - BELOW_ONE)); // u on (−1, 1)
  return tf.tensor(values, [...shape], "float32");
}

/** The numbers 0 … n−1 in random order, as plain numbers (indices are wanted on the JavaScript side). */
export function permutation(key: Key, n: number): Int32Array {
  checkCount("random.permutation", "n", n);
  const order = randomWords("random.permutation", key, n);
  return Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (order[a] ?? 0) - (order[b] ?? 0) || a - b,
  );
}
