import type * as tf from "@tensorflow/tfjs";
import { isTracing } from "../tensor/tracing";
import { numberFormat } from "./numbers";

/** The elements of a tensor in order, or why they cannot be read. */
export type Elements =
  { readonly values: ArrayLike<number | string> } | { readonly absent: "disposed" | "traced" | "unreadable" };

/** Reads the elements of a tensor; a disposed tensor and one of a function that is being traced have none. */
export function elementsOf(x: tf.Tensor): Elements {
  if (x.isDisposed) return { absent: "disposed" };
  if (isTracing()) return { absent: "traced" };
  try {
    return { values: x.dataSync() };
  } catch {
    return { absent: "unreadable" }; // a backend that reads only asynchronously
  }
}

/** The number of stored values for one element: 2 for a complex number, its real and imaginary part. */
export function width(x: tf.Tensor): number {
  return x.dtype === "complex64" ? 2 : 1;
}

/**
 * Returns how to write the elements of a tensor at given positions, all with the same number of decimals.
 *
 * @param at the positions that will be written; they decide the notation.
 */
export function elementFormat(
  x: tf.Tensor,
  values: ArrayLike<number | string>,
  at: readonly number[],
): (position: number) => string {
  if (x.dtype === "string") return (i) => JSON.stringify(values[i]);
  if (x.dtype === "bool") return (i) => String(values[i] === 1);
  const size = width(x);
  const numbers = at.flatMap((i) =>
    Array.from({ length: size }, (_, part) => Number(values[size * i + part])),
  );
  const format = numberFormat(numbers);
  if (size === 1) return (i) => format(Number(values[i]));
  return (i) => {
    const [re, im] = [Number(values[2 * i]), Number(values[2 * i + 1])];
    return `${format(re)}${im < 0 ? "-" : "+"}${format(Math.abs(im))}i`;
  };
}

/** Returns `min −3, mean 0, max 4, std 1` of numbers, and how many are not finite; "" if there are none. */
export function statistics(x: tf.Tensor, values: ArrayLike<number | string>): string {
  if (x.dtype === "string" || x.dtype === "complex64") return "";
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isFinite(value)) continue;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const others = values.length - count;
  const unusual = others === 0 ? [] : [`${others} not finite`];
  if (count === 0) return unusual.join();
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  const named = { min, mean, max, std: Math.sqrt(squares / count) };
  const texts = Object.entries(named).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return [...texts, ...unusual].join(", ");
}
