import * as tf from "@tensorflow/tfjs";
import { DataType, nativeBackend, typeAttribute } from "../backend/native";
import { PARITY, ROTATIONS } from "./threefry";

/**
 * Threefry-2x32 as TensorFlow operations on int32, for keys whose words are known only when a compiled function runs. The bits
 * are those of the plain one in threefry.ts.
 */

/** Runs an operation on int32 tensors that tfjs has no name for. */
function int32Op(name: string, ...inputs: tf.Tensor[]): tf.Tensor {
  const backend = nativeBackend();
  if (backend === undefined) throw new Error(`random: ${name} needs the backend tensorflow`);
  return backend.executeSingleOutput(name, [typeAttribute(backend.binding, "T", DataType.int32)], inputs);
}

const int = (value: number): tf.Scalar => tf.scalar(value | 0, "int32");
const add = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => int32Op("AddV2", a, b);

/** a XOR b, bit by bit. */
export const xor = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => int32Op("BitwiseXor", a, b);

/** x >>> count: TensorFlow shifts the sign in, so those bits are masked. */
export const shiftRight = (x: tf.Tensor, count: number): tf.Tensor =>
  int32Op("BitwiseAnd", int32Op("RightShift", x, int(count)), int(2 ** (32 - count) - 1));

const rotate = (x: tf.Tensor, count: number): tf.Tensor =>
  int32Op("BitwiseOr", int32Op("LeftShift", x, int(count)), shiftRight(x, 32 - count));

/** The counters 0 … n−1, made by TensorFlow so that no list of them is written into the compiled function. */
export function counters(n: number): tf.Tensor {
  const backend = nativeBackend();
  if (backend === undefined) throw new Error("random: counters need the backend tensorflow");
  const type = typeAttribute(backend.binding, "Tidx", DataType.int32);
  return backend.executeSingleOutput("Range", [type], [int(0), int(n), int(1)]);
}

/** Ciphers counters below 2³² (int32 of any shape) under a key (int32 [2]): the two words of each block. */
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
