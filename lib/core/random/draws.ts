import * as tf from "@tensorflow/tfjs";
import { concreteWords, tracedWords, type Key } from "./key";
import { checkCount } from "../numeric/check-number";
import { checkSizes, sizeOf, type Shape } from "../tensor/shape";
import { erfinv, erfinvTensor } from "../tensor/special";
import { threefryBlocks } from "./threefry";
import { counters, shiftRight, threefryTensors, xor } from "./threefry-tensors";

/** Draws 32 random bits for each of `n` elements, Int32Array [n]; element i depends only on the key and i. */
export function bits(key: Key, n: number): Int32Array {
  return randomWords("random.bits", key, n);
}

function randomWords(caller: string, key: Key, n: number): Int32Array {
  const { first, second } = threefryBlocks(concreteWords(key, caller), n);
  for (let i = 0; i < n; i++) first[i] = (first[i] ?? 0) ^ (second[i] ?? 0);
  return first;
}

/** Draws uniformly from the grid {0, 1, …, 2²³−1} / 2²³, Float32Array [n]. */
function unitValues(key: Key, n: number): Float32Array {
  return Float32Array.from(bits(key, n), (word) => (word >>> 9) * 2 ** -23);
}

/** Does the same in a compiled function, where the words of the key are a tensor; float32 [n]. */
function unitTensor(words: tf.Tensor1D, n: number): tf.Tensor {
  const { first, second } = threefryTensors(words, counters(n));
  return shiftRight(xor(first, second), 9)
    .cast("float32")
    .mul(2 ** -23);
}

/**
 * Draws from the uniform distribution on [min, max), by default [0, 1).
 *
 * @returns float32 of the given shape; on [0, 1) the same bits as `jax.random.uniform` for this key.
 * @throws if min is not below max, an end is infinite, or a size is not a non-negative integer.
 */
export function uniform(key: Key, shape: Shape = [], { min = 0, max = 1 } = {}): tf.Tensor {
  checkSizes("random.uniform", shape);
  if (!(min < max && Number.isFinite(max - min)))
    throw new Error(
      `random.uniform: min and max must be finite with min < max, got min = ${min}, max = ${max}`,
    );
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

/** Returns the largest float32 below x, to which draws that round up to x are clipped. */
function floatBelow(x: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, x);
  if (bits.getFloat32(0) < x) return bits.getFloat32(0);
  if (x === 0) return -(2 ** -149);
  bits.setInt32(0, bits.getInt32(0) + (x > 0 ? -1 : 1));
  return bits.getFloat32(0);
}

const BELOW_ONE = 1 - 2 ** -24; // the largest float32 below 1

/**
 * Draws from the standard normal distribution, ε ~ N(0, 1), by inverting its distribution function.
 *
 * @returns float32 of the given shape; equal to `jax.random.normal` for this key up to rounding.
 * @throws if a size is not a non-negative integer.
 */
export function normal(key: Key, shape: Shape = []): tf.Tensor {
  checkSizes("random.normal", shape);
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

/**
 * Returns the integers 0 … n−1 in random order, as plain numbers.
 *
 * @throws if `n` is not a non-negative integer, and in a compiled function of which the key is an argument.
 */
export function permutation(key: Key, n: number): Int32Array {
  checkCount("random.permutation", "n", n);
  const order = randomWords("random.permutation", key, n);
  return Int32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (order[a] ?? 0) - (order[b] ?? 0) || a - b,
  );
}
