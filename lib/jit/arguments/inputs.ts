import * as tf from "@tensorflow/tfjs";
import { concreteWords, split, type Key } from "../../core/random/key";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Input } from "./signature";

/**
 * The inputs of a call as tensors: of a key its words, int32 [2]; for K steps, the words of K keys split from it, [K, 2].
 *
 * Made inside of `tf.tidy`, which frees what had to be made.
 */
export const inputTensors = (inputs: readonly Input[], steps: number | undefined): tf.Tensor[] =>
  inputs.map((input) => {
    if (input instanceof tf.Tensor) return input;
    if (steps !== undefined) return tf.tensor2d(stepWords(input, steps), [steps, 2], "int32");
    return input.words instanceof tf.Tensor ? input.words : tf.tensor1d(input.words, "int32");
  });

function stepWords(key: Key, steps: number): Int32Array {
  const words = new Int32Array(2 * steps);
  split(key, steps).forEach((one, i) => words.set(concreteWords(one, "jit"), 2 * i));
  return words;
}

/** Number k of a stacked tensor. */
export const sliceOf = (x: tf.Tensor, k: number): tf.Tensor => tf.slice(x, k, 1).reshape(x.shape.slice(1));

/** Checks that every tensor among the arguments of K steps has K as its first axis. */
export function checkStacked(name: string, args: readonly unknown[], steps: number): void {
  for (const [path, x] of tree.entries(args)) {
    if (x.shape[0] === steps || path.endsWith(".words")) continue;
    throw new Error(
      `jit: argument ${path} of "${name}" must be stacked for ${steps} steps, [${steps}, ...], ` +
        `got ${x.dtype} ${showShape(x.shape)}; stack one entry for each step with tf.stack`,
    );
  }
}
