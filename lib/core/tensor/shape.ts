import type * as tf from "@tensorflow/tfjs";

/** The sizes of a tensor's axes. */
export type Shape = readonly number[];

/** Returns the number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Throws unless the sizes of a shape are non-negative integers. */
export function checkSizes(caller: string, shape: Shape): void {
  if (!shape.every((size) => Number.isInteger(size) && size >= 0))
    throw new Error(`${caller}: the shape must have non-negative integers, got ${showShape(shape)}`);
}

/** Formats a shape for display: `[128, 784]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * An axis of an expected shape: a fixed size, a letter for any size, or a letter with its size, such as
 * `D=784`.
 */
export type Axis = number | string;

/**
 * Checks the shape of an argument.
 *
 * @param caller the public function that was called, for the message.
 * @param name the argument, for the message.
 * @param expected one entry per axis: `["B", "D=784"]` is any number of rows of 784 columns.
 * @param remedy advice for the message, if there is any.
 * @throws if the shape differs, naming the expected and the given one.
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
 * Returns the shape that two shapes broadcast to, axis by axis from the last.
 *
 * @param caller the public function that was called, for the message.
 * @throws if two sizes differ and neither is 1.
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
