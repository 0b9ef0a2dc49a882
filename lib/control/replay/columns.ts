import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf, type Shape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Dtype } from "../../train/safetensors";

/** Numbers as they are kept. */
export type Numbers = Float32Array | Int32Array | Uint8Array;

/** One leaf of a tree, kept for all slots. */
export interface Column {
  /** The path of the leaf, such as `observation.frame`. */
  readonly name: string;
  /** The shape of a row, without the batch axis. */
  readonly shape: Shape;
  readonly dtype: "float32" | "int32" | "bool";
  /** Whether numbers from 0 to 1 are kept as integers from 0 to 255. */
  readonly isBytes: boolean;
  /** The number of numbers of a row. */
  readonly width: number;
  /** The rows of all slots, one after another. */
  readonly rows: Numbers;
}

/** Says which leaves are kept as bytes, by path and an example [B, ...]. */
export type BytesOption = (path: string, leaf: tf.Tensor) => boolean;

/** Pictures [B, H, W, C]. */
export function isPicture(_path: string, leaf: tf.Tensor): boolean {
  return leaf.rank === 4 && leaf.dtype === "float32";
}

/** Returns empty columns for the leaves of a tree, of which one batch is given. */
export function columnsFor(example: unknown, name: string, slots: number, isBytes: BytesOption): Column[] {
  return tree.entries(example, [name]).map(([path, leaf]) => {
    const { dtype } = leaf;
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
      throw new Error(`replay: ${path} must be float32, int32 or bool, got ${dtype}`);
    const bytes = isBytes(path, leaf);
    if (bytes && dtype !== "float32")
      throw new Error(`replay: ${path} must be float32 to be kept as bytes, got ${dtype}; leave it out`);
    const shape = leaf.shape.slice(1);
    const width = sizeOf(shape);
    return { name: path, shape, dtype, isBytes: bytes, width, rows: empty(dtype, bytes, slots * width) };
  });
}

function empty(dtype: Column["dtype"], isBytes: boolean, length: number): Numbers {
  if (dtype === "bool" || isBytes) return new Uint8Array(length);
  return dtype === "int32" ? new Int32Array(length) : new Float32Array(length);
}

/** The type of the kept numbers in a file. */
export function fileType({ dtype, isBytes }: Column): Dtype {
  if (isBytes) return "U8";
  return ({ float32: "F32", int32: "I32", bool: "BOOL" } as const)[dtype];
}

/**
 * Returns the numbers of a batch [B, ...] as they are kept.
 *
 * @throws if a leaf is missing or has another shape or type, or numbers to be kept as bytes are not from 0 to
 *   1.
 */
export function encode(
  columns: readonly Column[],
  batch: unknown,
  name: string,
  rows: number,
  as: string = name,
): Numbers[] {
  const leaves = tree.entries(batch, [name]);
  const others = leaves.map(([path]) => path).join(", ");
  const expected = columns.map((column) => column.name).join(", ");
  if (others !== expected)
    throw new Error(`replay.add: ${as} must have the leaves ${expected}, got ${others || "none"}`);
  return columns.map((column, i) => {
    const [path, leaf] = leaves[i] as [string, tf.Tensor];
    const label = `${as}${path.slice(name.length)}`;
    const shape = [rows, ...column.shape];
    if (leaf.dtype !== column.dtype || leaf.shape.join() !== shape.join())
      throw new Error(
        `replay.add: ${label} must be ${column.dtype} ${showShape(shape)}, ` +
          `got ${leaf.dtype} ${showShape(leaf.shape)}`,
      );
    const values = leaf.dataSync<"float32" | "int32">();
    return column.isBytes ? toBytes(label, values) : values;
  });
}

function toBytes(label: string, values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = values[i] ?? NaN;
    if (!(x >= 0 && x <= 1))
      throw new Error(
        `replay.add: ${label} must have numbers from 0 to 1 to be kept as bytes, got ${x}; ` +
          "scale it, or give bytes: () => false",
      );
    bytes[i] = Math.round(255 * x);
  }
  return bytes;
}

/** Writes row b of encoded batches to a slot. */
export function put(columns: readonly Column[], slot: number, batches: readonly Numbers[], b: number): void {
  columns.forEach(({ rows, width }, i) =>
    rows.set(batches[i]?.subarray(b * width, (b + 1) * width) ?? [], slot * width),
  );
}

/** Whether a slot holds row b of encoded batches, to the bit. */
export function holds(
  columns: readonly Column[],
  slot: number,
  batches: readonly Numbers[],
  b: number,
): boolean {
  return columns.every(({ rows, width }, i) => {
    const batch = batches[i] ?? [];
    for (let j = 0; j < width; j++)
      if (!Object.is(rows[slot * width + j], batch[b * width + j])) return false;
    return true;
  });
}

/** k / 255 for each byte k. */
const LEVELS = Float32Array.from({ length: 256 }, (_, k) => k / 255);

/**
 * Returns the rows of slots as a tree like the example.
 *
 * @param slots one per row of the result; −1 gives zeros.
 * @param leading the leading axes of the result, with one row for each slot.
 */
export function take<T>(
  example: T,
  columns: readonly Column[],
  slots: ArrayLike<number>,
  leading: readonly number[],
): T {
  const tensors = columns.map((column) => {
    const { width, dtype, shape } = column;
    const { rows, isBytes } = column;
    const values = empty(dtype, false, slots.length * width);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? -1;
      if (slot < 0) continue;
      const row = rows.subarray(slot * width, (slot + 1) * width);
      if (isBytes) for (let j = 0; j < width; j++) values[i * width + j] = LEVELS[row[j] ?? 0] ?? NaN;
      else values.set(row, i * width);
    }
    return tf.tensor(values, [...leading, ...shape], dtype);
  });
  return tree.unflatten(example, tensors);
}
