import * as tf from "@tensorflow/tfjs";
import { toFloat } from "../../core/tensor/to-float";

/** A parameter of a distribution: a tensor, or a number for a scalar. */
export type Parameter = number | tf.Tensor;

/**
 * Returns a parameter as a float32 tensor.
 *
 * tfjs divides int32 tensors with rounding down, so that they may not pass this door.
 *
 * @param caller the public function that was called, for the message.
 * @throws if the parameter is neither a number nor a tensor of numbers.
 */
export function toParameter(caller: string, name: string, x: Parameter): tf.Tensor {
  if (typeof x === "number") return tf.scalar(x);
  if (!(x instanceof tf.Tensor) || x.dtype === "string" || x.dtype === "complex64")
    throw new Error(`${caller}: ${name} must be a number or a tensor of numbers, got ${describe(x)}`);
  return toFloat(x);
}

function describe(x: unknown): string {
  return x instanceof tf.Tensor ? `a tensor of type ${x.dtype}` : typeof x;
}
