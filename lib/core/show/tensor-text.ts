import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf, type Shape } from "../tensor/shape";
import { elementFormat, elementsOf, statistics } from "./elements";

/** NumPy's limits: tensors of more elements are shortened, to so many entries at each end of an axis. */
const [THRESHOLD, EDGE] = [1000, 3];

/** The number of elements up to which a tensor inside another value shows them. */
const FEW = 6;

const LINE_WIDTH = 80;

/** Returns the type, shape and element type of a tensor: `Tensor [3] float32`. */
export function tensorHeader(x: tf.Tensor): string {
  return `${x instanceof tf.Variable ? "Variable" : "Tensor"} ${showShape(x.shape)} ${x.dtype}`;
}

/**
 * Returns a tensor as text: header and elements, as NumPy arranges and shortens them, with the statistics of
 * those that are shortened. A disposed tensor is said to be one.
 */
export function tensorText(x: tf.Tensor): string {
  const header = tensorHeader(x);
  const elements = elementsOf(x);
  if ("absent" in elements) return `${header} (${elements.absent})`;
  const { values } = elements;
  const isShort = x.size <= THRESHOLD;
  const axes = x.shape.map((size) => (isShort ? all(size) : shownIndices(size, EDGE)));
  const format = elementFormat(x, values, shownPositions(x.shape, axes));
  if (x.rank === 0) return `${header}  ${format(0)}`;
  const summary = isShort ? "" : statistics(x, values);
  const body = arrange(x.shape, axes, format);
  if (summary !== "") return `${header}  ${summary}\n${body}`;
  const line = `${header}  ${body}`;
  return x.rank === 1 && line.length <= LINE_WIDTH ? line : `${header}\n${body}`;
}

/** Returns a tensor in one line, for inside another value; with its elements if they are few. */
export function tensorLine(x: tf.Tensor): string {
  if (x.isDisposed || (x.rank < 2 && x.size <= FEW)) return tensorText(x);
  return tensorHeader(x);
}

function all(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

/** The shown indices of an axis: all, or those at its ends with −1 for those left out. */
export function shownIndices(size: number, edge: number): number[] {
  if (size <= 2 * edge) return all(size);
  const start = all(edge);
  return [...start, -1, ...start.map((i) => size - edge + i)];
}

/** The positions of the elements at the shown indices of all axes. */
export function shownPositions(shape: Shape, axes: readonly (readonly number[])[]): number[] {
  return axes.reduce<number[]>(
    (starts, indices, axis) =>
      starts.flatMap((start) =>
        indices.filter((i) => i >= 0).map((i) => start + i * sizeOf(shape.slice(axis + 1))),
      ),
    [0],
  );
}

/** The elements in nested brackets: one line for each row, its entries aligned. */
function arrange(
  shape: Shape,
  axes: readonly (readonly number[])[],
  format: (position: number) => string,
): string {
  const longest = Math.max(0, ...shownPositions(shape, axes).map((position) => format(position).length));
  const aligned = shape.length > 1 || sizeOf(shape) > FEW ? longest : 0;
  const visit = (axis: number, start: number): string => {
    const stride = sizeOf(shape.slice(axis + 1));
    const isRow = axis === shape.length - 1;
    const entries = (axes[axis] ?? []).map((i) => {
      if (i < 0) return "...";
      const position = start + i * stride;
      return isRow ? format(position).padStart(aligned) : visit(axis + 1, position);
    });
    const indent = " ".repeat(axis + 1);
    if (isRow) return `[${wrapped(entries, indent)}]`;
    return `[${entries.join(`,${"\n".repeat(shape.length - 1 - axis)}${indent}`)}]`;
  };
  return visit(0, 0);
}

/** Entries joined by commas, in lines of at most {@link LINE_WIDTH} characters. */
function wrapped(entries: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last === undefined || indent.length + last.length + entry.length + 3 > LINE_WIDTH) lines.push(entry);
    else lines[lines.length - 1] = `${last}, ${entry}`;
  }
  return lines.join(`,\n${indent}`);
}
