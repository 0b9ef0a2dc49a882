/**
 * The inputs of a call as tensors, which is all that TensorFlow takes: a key becomes its words. With the
 * option `steps`, each input is stacked along a leading axis of one entry per step.
 */
import * as tf from "@tensorflow/tfjs";
import { concreteWords, split, type Key } from "../../core/random/key";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Input } from "./signature";

/**
 * Converts the inputs of a call to tensors. A key becomes its words, int32 [2], or, for K steps, the words of
 * K keys split from it, int32 [K, 2].
 *
 * Call it inside `tf.tidy`, which frees the tensors created for keys.
 */
export function inputTensors(inputs: readonly Input[], steps: number | undefined): tf.Tensor[] {
  return inputs.map((input) => {
    if (input instanceof tf.Tensor) return input;
    if (steps !== undefined) return tf.tensor2d(wordsOfSteps(input, steps), [steps, 2], "int32");
    return input.words instanceof tf.Tensor ? input.words : tf.tensor1d(input.words, "int32");
  });
}

function wordsOfSteps(key: Key, steps: number): Int32Array {
  const words = new Int32Array(2 * steps);
  split(key, steps).forEach((child, i) => words.set(concreteWords(child, "jit"), 2 * i));
  return words;
}

/** Returns entry `k` of a stacked tensor: [K, ...] → [...]. */
export function sliceAt(x: tf.Tensor, k: number): tf.Tensor {
  return tf.slice(x, k, 1).reshape(x.shape.slice(1));
}

/** Checks that every tensor among the arguments of K steps has a leading axis of K. */
export function checkStacked(name: string, args: readonly unknown[], steps: number): void {
  for (const [path, x] of tree.entries(args)) {
    if (x.shape[0] === steps || path.endsWith(".words")) continue;
    throw new Error(
      `jit: argument ${path} of "${name}" must be [${steps}, ...], one entry per step, ` +
        `got ${x.dtype} ${showShape(x.shape)}; stack the entries with tf.stack`,
    );
  }
}
