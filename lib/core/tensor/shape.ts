import type * as tf from "@tensorflow/tfjs";

/** Sizes of a tensor's axes. */
export type Shape = readonly number[];

/** The number of elements of a shape; 1 for a scalar. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** A shape for people: `[128, 784]`. */
export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** An axis of an expected shape: a fixed size, a letter for any size, or a letter with its size, as in `D=784`. */
export type Axis = number | string;

/**
 * Checks the shape of an argument before it is computed with.
 *
 * @param caller the public function that was called, and `name` its argument, for the message.
 * @param expected one entry an axis: `["B", "D=784"]` is any number of rows of 784 columns.
 * @param remedy what to do about it, where that can be said.
 * @throws with what was expected and what came.
 */
export function checkShape(
  caller: string,
  name: string,
  x: tf.Tensor,
  expected: readonly Axis[],
  remedy?: string,
): void {
  const fits = x.shape.length === expected.length && expected.every((axis, i) => axisFits(axis, x.shape[i]));
  if (fits) return;
  const fix = remedy === undefined ? "" : `; ${remedy}`;
  throw new Error(`${caller}: ${name} must be [${expected.join(", ")}], got ${showShape(x.shape)}${fix}`);
}

function axisFits(axis: Axis, size: number | undefined): boolean {
  if (typeof axis === "number") return axis === size;
  const [, fixed] = axis.split("=");
  return fixed === undefined || Number(fixed) === size;
}

/**
 * The shape that two shapes broadcast to, axis by axis from the last.
 *
 * @throws when two sizes differ and neither is 1.
 */
export function broadcastShapes(caller: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1)
      throw new Error(`${caller}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast`);
    return m === 1 ? n : m;
  });
}
