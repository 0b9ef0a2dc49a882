/**
 * Sums that keep their digits: TensorFlow (over leading axes, and in XLA over all) and the WebAssembly
 * backend add float32 numbers one after another, which loses three digits of 200,000 numbers of one sign.
 */
import * as tf from "@tensorflow/tfjs";

/** Sums of at least so many numbers are computed in two stages. */
const LONG = 1024;

/** The results if there is nothing to reduce; the WebAssembly backend returns uninitialized memory. */
const EMPTY_VALUES = {
  [tf.Sum]: 0,
  [tf.Mean]: NaN,
  [tf.Prod]: 1,
  [tf.Max]: -Infinity,
  [tf.Min]: Infinity,
} as const;

type Reduction = keyof typeof EMPTY_VALUES;

/** The attributes of a reduction; those of max have another name for the axes. */
interface ReductionAttributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

const registered = new Set<string>();

/** Replaces the reductions of a backend where they are inaccurate or wrong; once per backend. */
export function registerReductions(backendName: string): void {
  if (registered.has(backendName) || backendName === "webgpu") return;
  registered.add(backendName);
  const sum: Replacement = backendName === "cpu" ? () => undefined : sumInStages; // cpu adds in float64
  replaceKernel(tf.Sum, backendName, sum);
  replaceKernel(tf.Mean, backendName, (x, axes, keepDims) => sum(x, axes, keepDims)?.div(countOver(x, axes)));
  for (const name of [tf.Prod, tf.Max, tf.Min] as const) replaceKernel(name, backendName, () => undefined);
}

/** Computes a reduction anew; undefined leaves it to the kernel that tfjs has. */
type Replacement = (x: tf.Tensor, axes: readonly number[], keepDims: boolean) => tf.Tensor | undefined;

function replaceKernel(name: Reduction, backendName: string, replacement: Replacement): void {
  const stock = tf.getKernel(name, backendName);
  if ((stock as tf.KernelConfig | undefined) === undefined) return;
  tf.unregisterKernel(name, backendName);
  tf.registerKernel({
    ...stock,
    kernelFunc: (call) => {
      const x = call.inputs["x"] as tf.Tensor;
      const { axis, reductionIndices, keepDims } = call.attrs as unknown as ReductionAttributes;
      const given = axis ?? reductionIndices ?? x.shape.map((_, i) => i);
      const axes = tf.util.parseAxisParam(given, x.shape);
      if (countOver(x, axes) === 0) return tf.fill(reducedShape(x, axes, keepDims), EMPTY_VALUES[name]);
      const isFloat = x.dtype === "float32" && axes.length > 0;
      return (isFloat && tf.tidy(() => replacement(x, axes, keepDims))) || stock.kernelFunc(call);
    },
  });
}

/** Returns the number of numbers that are reduced to one. */
function countOver(x: tf.Tensor, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * (x.shape[axis] ?? 1), 1);
}

function reducedShape(x: tf.Tensor, axes: readonly number[], keepDims: boolean): number[] {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis));
}

/**
 * Returns a long sum over neighbouring axes as sums of at most 256 numbers, and of their sums, whose rounding
 * errors add up over a few hundred numbers instead of n; undefined for short sums, or other axes.
 */
function sumInStages(x: tf.Tensor, axes: readonly number[], keepDims: boolean): tf.Tensor | undefined {
  const n = countOver(x, axes);
  const [first, last] = [Math.min(...axes), Math.max(...axes)];
  if (n < LONG || last - first + 1 !== axes.length) return undefined;
  const before = x.shape.slice(0, first).reduce((count, size) => count * size, 1);
  const after = x.shape.slice(last + 1).reduce((count, size) => count * size, 1);
  const rows = rowsFor(n);
  const columns = Math.floor(n / rows);
  const flat = x.reshape([before, n, after]);
  const whole = rows * columns;
  const main = whole === n ? flat : flat.slice([0, 0, 0], [before, whole, after]);
  const partial = sumRows(main, [before, rows, columns * after]).reshape([before, columns, after]);
  const sums = opaque(partial).sum(1); //                                              [before, after]
  const rest = whole === n ? sums : sums.add(flat.slice([0, whole, 0], [before, n - whole, after]).sum(1));
  return rest.reshape(reducedShape(x, axes, keepDims));
}

/** Returns into how many rows to divide n numbers: without a rest if n has a divisor from 16 to 256. */
function rowsFor(n: number): number {
  const most = Math.min(256, Math.floor(Math.sqrt(n)));
  for (let rows = most; rows >= 16; rows--) if (n % rows === 0) return rows;
  return most;
}

/** Sums [before, rows, others] over the rows; over the first axis where it can, which is faster. */
function sumRows(x: tf.Tensor, [before, rows, others]: [number, number, number]): tf.Tensor {
  return before === 1 ? x.reshape([rows, others]).sum(0) : x.reshape([before, rows, others]).sum(1);
}

/** Returns x as max(x, x − 1), behind which XLA does not merge two sums into one. */
function opaque(x: tf.Tensor): tf.Tensor {
  return x.maximum(x.sub(1));
}
