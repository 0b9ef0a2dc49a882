import * as tf from "@tensorflow/tfjs";
import { isTracing } from "../../core/tensor/tracing";
import * as tree from "../../core/tensor/tree";
import { unstack } from "../../core/tensor/unstack";
import { describeArguments, firstDifference, signatureOf } from "../arguments/signature";
import { scanCompiled, type LoopRange, type ScanBody } from "./compiled-scan";

/** Options of `scan`. */
export interface ScanOptions {
  /** The number of steps T, required if xs holds no tensor. */
  readonly length?: number;
  /** Whether to run from the last entry of xs to the first; y_t stays at position t. */
  readonly reverse?: boolean;
  /**
   * Whether to unroll the loop in a compiled function: slightly faster for short loops, but slow to compile.
   */
  readonly unroll?: boolean;
}

/**
 * Iterates a function over the leading axis of tensors: (carry, y_t) = f(carry, x_t) for t = 0 … T−1.
 *
 * Differentiable with respect to the carry, xs, and the tensors that `f` captures. In a compiled function it
 * is one TensorFlow loop, compiled once whatever T, and its gradient is a second one; elsewhere it runs step
 * by step, with the same numbers. To draw random numbers, include `tf.range(0, T, 1, "int32")` in xs and draw
 * from `random.fold(key, t)`.
 *
 * @param f (carry, x_t) → [carry, y_t] on trees of tensors; the new carry has the structure of the old one.
 * @param xs a tree of tensors [T, ...], of which `f` gets the entries [...].
 * @returns the last carry and the stacked y_t, [T, ...], owned by the caller.
 * @throws if the leading axes of xs differ, or `f` returns a carry of another structure, shape or type.
 */
export function scan<C, X, Y>(
  f: ScanBody<C, X, Y>,
  carry: C,
  xs: X,
  options: ScanOptions = {},
): readonly [carry: C, ys: Y] {
  const range = { length: loopLength(xs, options.length), reverse: options.reverse === true };
  const { id } = signatureOf("scan", [carry]);
  const checked: ScanBody<C, X, Y> = (before, x) => {
    const [after, y] = f(before, x);
    if (signatureOf("scan", [after]).id !== id) throw carryError(carry, after);
    return [after, y];
  };
  const run = isTracing() && options.unroll !== true ? scanCompiled : scanUnrolled;
  const given = tree.leaves([carry, xs]);
  return tree.tidy(() => {
    const result = run(checked, carry, xs, range);
    return tree.map((leaf) => (given.includes(leaf) ? leaf.clone() : leaf), result);
  });
}

function scanUnrolled<C, X, Y>(
  f: ScanBody<C, X, Y>,
  initial: C,
  xs: X,
  { length, reverse }: LoopRange,
): readonly [carry: C, ys: Y] {
  const entries = tree.leaves(xs).map((x) => unstack(x));
  let carry = initial;
  const ys: Y[] = [];
  for (let step = 0; step < length; step++) {
    const t = reverse ? length - 1 - step : step;
    const x = tree.unflatten(
      xs,
      entries.map((entry) => entry[t] as tf.Tensor),
    );
    const [next, y] = f(carry, x);
    carry = next;
    ys[t] = y;
  }
  const [first, ...others] = ys as [Y, ...Y[]];
  return [carry, tree.map((...leaves) => tf.stack(leaves), first, ...others)];
}

function loopLength(xs: unknown, given: number | undefined): number {
  const lengths = tree.entries(xs).map(([path, x]) => [path, x.shape[0]] as const);
  const [, first] = lengths[0] ?? ["", given];
  const other = lengths.find(([, length]) => length !== first);
  if (other !== undefined)
    throw new Error(
      `scan: the tensors in xs must have leading axes of one length, got ${String(first)} and ` +
        `${String(other[1])} at "${other[0]}"`,
    );
  if (first === undefined || !Number.isInteger(first) || first < 1 || (given ?? first) !== first)
    throw new Error(
      "scan: the length, from the leading axis of xs or the option length, must be a positive integer, " +
        `got ${first ?? "none"}` +
        (given === undefined || given === first ? "" : ` and ${given}`),
    );
  return first;
}

function carryError(before: unknown, after: unknown): Error {
  const difference = firstDifference(describeArguments([before]), describeArguments([after]));
  return new Error(
    "scan: f must return a carry with the structure, shapes and types of its input: " +
      difference.replaceAll("argument 0", "carry"),
  );
}
