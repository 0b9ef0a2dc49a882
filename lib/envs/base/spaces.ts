import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape, sizeOf, type Shape } from "../../core/tensor/shape";

/** A space of float32 tensors with bounds. */
export interface Box {
  /** Tells a box from a discrete space. */
  readonly kind: "box";
  /** The shape of one element, without the batch axis. */
  readonly shape: Shape;
  /** The least value: one for all coordinates, or one for each; −Infinity where there is no bound. */
  readonly low: number | readonly number[];
  /** The greatest value, likewise. */
  readonly high: number | readonly number[];
  /** The name of each coordinate, if the space is a vector. */
  readonly names?: readonly string[];
  /** The unit of each coordinate, `"1"` for none. */
  readonly units?: readonly string[];
}

/** The integers 0 … n − 1, as int32. */
export interface Discrete {
  /** Tells a discrete space from a box. */
  readonly kind: "discrete";
  /** The number of elements. */
  readonly n: number;
  /** What each element means. */
  readonly names?: readonly string[];
}

/** What observations and actions are. */
export type Space = Box | Discrete;

/** The bounds, names and units of a {@link box}. */
export type BoxOptions = Omit<Box, "kind" | "shape">;

/**
 * Returns a space of float32 tensors with bounds.
 *
 * @param shape the shape of one element, without the batch axis.
 * @throws if a list of bounds, names or units has another length than the space has coordinates, or a lower
 *   bound is not below its upper one.
 */
export function box(shape: Shape, options: BoxOptions): Box {
  const size = sizeOf(shape);
  for (const name of ["low", "high", "names", "units"] as const) {
    const list = options[name];
    if (list !== undefined && typeof list !== "number" && list.length !== size)
      throw new Error(`box: ${name} must have one entry for each of ${size} coordinates, got ${list.length}`);
  }
  for (let i = 0; i < size; i++) {
    const [low, high] = [at(options.low, i), at(options.high, i)];
    if (!(low < high)) throw new Error(`box: low must be below high, got ${low} and ${high} at ${i}`);
  }
  return { kind: "box", shape, ...options };
}

/**
 * Returns the space of the integers 0 … n − 1.
 *
 * @param names what each of them means.
 * @throws if n is not a positive integer, or the number of names is not n.
 */
export function discrete(n: number, names?: readonly string[]): Discrete {
  checkCount("discrete", "n", n, 1);
  if (names !== undefined && names.length !== n)
    throw new Error(`discrete: names must have n = ${n} entries, got ${names.length}`);
  return { kind: "discrete", n, ...(names === undefined ? {} : { names }) };
}

/** Returns the bound of one coordinate of a box. */
export function at(bound: number | readonly number[], i: number): number {
  return typeof bound === "number" ? bound : (bound[i] ?? NaN);
}

/**
 * Whether each element of a batch lies in a space; it reads the values.
 *
 * @param x a batch [B, ...] of elements.
 */
export function contains(space: Space, x: tf.Tensor): boolean {
  const inner = x.shape.slice(1);
  const values = Array.from(x.dataSync());
  if (space.kind === "discrete")
    return x.dtype === "int32" && inner.length === 0 && values.every((v) => v >= 0 && v < space.n);
  const size = sizeOf(space.shape);
  return (
    inner.join() === space.shape.join() &&
    values.every(
      (v, i) => v >= Math.fround(at(space.low, i % size)) && v <= Math.fround(at(space.high, i % size)),
    )
  );
}

/**
 * Checks the shape and the type of a batch of actions; in a compiled function, too.
 *
 * @param rows the batch size of the state.
 * @throws if the action is not [B, ...shape] for a box, or not [B] int32 for a discrete space.
 */
export function checkAction(caller: string, space: Space, action: tf.Tensor, rows: number | undefined): void {
  const expected = [`B=${rows ?? 0}`, ...(space.kind === "box" ? space.shape : [])];
  checkShape(caller, "action", action, expected, "give one action per row of the state");
  if (space.kind === "discrete" && action.dtype !== "int32")
    throw new Error(`${caller}: action must be int32, got ${action.dtype}; use action.cast("int32")`);
}

/**
 * Clips actions [B, A] to the bounds of a box.
 *
 * @returns a new tensor of the same shape.
 */
export function clipTo(space: Box, action: tf.Tensor): tf.Tensor {
  const { low, high } = space;
  if (typeof low === "number" && typeof high === "number") return action.clipByValue(low, high);
  const bounds = (bound: number | readonly number[]): tf.Tensor =>
    tf.tensor(
      Array.from({ length: sizeOf(space.shape) }, (_, i) => at(bound, i)),
      [...space.shape],
    );
  return tf.tidy(() => action.minimum(bounds(high)).maximum(bounds(low)));
}
