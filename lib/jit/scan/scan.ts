import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import { unstack } from "../../core/tensor/unstack";
import { describe, firstDifference, signatureOf } from "../arguments/signature";
import { scanInLoop } from "./compiled-scan";
import { isTracing } from "../../core/tensor/tracing";

/** Options of `scan`. */
export interface ScanOptions {
  /** T, where there is no xs to take it from. */
  readonly length?: number;
  /** From the last entry of xs to the first; ys stay in the order of xs. */
  readonly reverse?: boolean;
  /** Write every turn out in a compiled function: some percent faster for short loops, but slow to compile. */
  readonly unroll?: boolean;
}

/**
 * A loop over the first axis of tensors: (carry, y_t) = f(carry, x_t) for t = 0 … T−1.
 *
 * Differentiable by the carry, by xs, and by the tensors from outside that `f` uses. In a compiled function it is one loop whose
 * body is compiled once, for whatever T; of each turn it keeps what the backward pass, another loop, needs. Elsewhere
 * it runs turn by turn, with the same numbers. To draw random numbers let xs hold `tf.range(0, T, 1, "int32")`,
 * and draw from `random.fold(key, t)`.
 *
 * @param f (carry, x) → [carry, y]: trees of tensors, the new carry like the old one.
 * @param xs a tree of tensors [T, …]; `f` gets their entries [...].
 * @returns the last carry, and the y_t stacked, [T, …]; the caller's.
 * @throws when the tensors in xs have no common first axis, or `f` returns a carry of another form.
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [carry: C, y: Y],
  carry: C,
  xs: X,
  options: ScanOptions = {},
): readonly [carry: C, ys: Y] {
  const length = loopLength(xs, options.length);
  const { id } = signatureOf("scan", [carry]);
  const checked = (before: C, x: X): readonly [carry: C, y: Y] => {
    const [after, y] = f(before, x);
    if (signatureOf("scan", [after]).id !== id) refuseCarry(carry, after);
    return [after, y];
  };
  const run = isTracing() && options.unroll !== true ? scanInLoop : scanTurnByTurn;
  const given = tree.leaves([carry, xs]);
  return tree.tidy(() => {
    const result = run(checked, carry, xs, length, options.reverse === true);
    return tree.map((leaf) => (given.includes(leaf) ? leaf.clone() : leaf), result);
  });
}

function scanTurnByTurn<C, X, Y>(
  f: (carry: C, x: X) => readonly [carry: C, y: Y],
  initial: C,
  xs: X,
  length: number,
  reverse: boolean,
): readonly [carry: C, ys: Y] {
  const entries = tree.leaves(xs).map((x) => unstack(x));
  let carry = initial;
  const ys: Y[] = [];
  for (let turn = 0; turn < length; turn++) {
    const t = reverse ? length - 1 - turn : turn;
    const [next, y] = f(
      carry,
      tree.unflatten(
        xs,
        entries.map((entry) => entry[t] as tf.Tensor),
      ),
    );
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
      `scan: the tensors in xs must have the same first axis, got ${String(first)} and ${other[1]} at "${other[0]}"`,
    );
  if (first === undefined || !Number.isInteger(first) || first < 1 || (given ?? first) !== first)
    throw new Error(
      `scan: the loop must have a length of at least 1, by the first axis of xs or the option length, got ${first ?? "none"}` +
        (given === undefined || given === first ? "" : ` and ${given}`),
    );
  return first;
}

function refuseCarry(before: unknown, after: unknown): never {
  const difference = firstDifference(describe([before]), describe([after])).replaceAll("argument 0", "carry");
  throw new Error(`scan: f must return a carry like the one it gets: ${difference}`);
}
