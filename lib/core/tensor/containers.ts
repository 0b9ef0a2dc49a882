import * as tf from "@tensorflow/tfjs";

/** Whether a value is a tensor. */
export function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}

/** Whether a value is an object literal: trees go into it, while an instance of a class is opaque. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
