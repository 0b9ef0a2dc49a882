/**
 * Threefry-2x32 as TensorFlow operations on int32, for keys whose words are unknown until a compiled function
 * runs. The bits are those of threefry.ts.
 */
import * as tf from "@tensorflow/tfjs";
import { DataType, requireNativeBackend, typeAttribute } from "../backend/native";
import { PARITY, ROTATIONS } from "./threefry";

/** Runs a TensorFlow operation on int32 tensors for which tfjs has no function. */
function int32Op(name: string, ...inputs: tf.Tensor[]): tf.Tensor {
  const backend = requireNativeBackend("random");
  return backend.executeSingleOutput(name, [typeAttribute(backend.binding, "T", DataType.int32)], inputs);
}

function int(value: number): tf.Scalar {
  return tf.scalar(value | 0, "int32");
}

function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return int32Op("AddV2", a, b);
}

/** Returns the bitwise a XOR b. */
export function xor(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return int32Op("BitwiseXor", a, b);
}

/** Returns x >>> count: TensorFlow shifts copies of the sign bit in, so those bits are masked. */
export function shiftRight(x: tf.Tensor, count: number): tf.Tensor {
  return int32Op("BitwiseAnd", int32Op("RightShift", x, int(count)), int(2 ** (32 - count) - 1));
}

function rotate(x: tf.Tensor, count: number): tf.Tensor {
  return int32Op("BitwiseOr", int32Op("LeftShift", x, int(count)), shiftRight(x, 32 - count));
}

/** Returns the counters 0 … n−1, created by TensorFlow so that a compiled function holds no list of them. */
export function counters(n: number): tf.Tensor {
  const backend = requireNativeBackend("random");
  const type = typeAttribute(backend.binding, "Tidx", DataType.int32);
  return backend.executeSingleOutput("Range", [type], [int(0), int(n), int(1)]);
}

/**
 * Encrypts counters below 2³² (int32 of any shape) under a key (int32 [2]) to the two words of each block.
 */
export function threefryTensors(
  key: tf.Tensor1D,
  counter: tf.Tensor,
): { first: tf.Tensor; second: tf.Tensor } {
  const [k0, k1] = tf.unstack(key) as [tf.Tensor, tf.Tensor];
  const words = [k0, k1, xor(xor(k0, k1), int(PARITY))] as const;
  const word = (i: number): tf.Tensor => words[i % 3] as tf.Tensor;
  let x0 = add(tf.zerosLike(counter), k0);
  let x1 = add(counter, k1);
  for (let round = 0; round < 20; round++) {
    x0 = add(x0, x1);
    x1 = xor(rotate(x1, ROTATIONS[round % 8] ?? 0), x0);
    if (round % 4 !== 3) continue;
    const s = (round + 1) / 4;
    x0 = add(x0, word(s));
    x1 = add(add(x1, word(s + 1)), int(s));
  }
  return { first: x0, second: x1 };
}
