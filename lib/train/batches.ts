import * as random from "../core/random";
import { showShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import { minibatches, takeRows } from "./minibatches";

/**
 * A source of batches: step t, counted from 0, and a key of its own → a tree of tensors.
 *
 * The tensors that it creates are freed after the step; those that it only passes on, such as a whole data
 * set, are not. A run can be resumed bit for bit if its source is a pure function; a replay buffer, which
 * fills as the run goes on, is not.
 */
export type Batches<B> = (step: number, key: random.Key) => B;

/**
 * Returns shuffled minibatches of a data set. Each epoch has another order, and leaves out the rows that do
 * not fill a batch.
 *
 * @param data a tensor [N, ...], or a tree of tensors with a common leading axis, such as `{ x, y }`.
 * @param batchSize the number of rows of a batch.
 * @param key the key of all epochs.
 * @returns a source that depends only on the step, and gives trees like `data` with leading axes of
 *   `batchSize`.
 * @throws if the leading axes differ, if there is no tensor, or if `batchSize` is not an integer from 1 to N.
 */
export function shuffledBatches<D>(data: D, batchSize: number, key: random.Key): Batches<D> {
  const rowsOf = epochRows(key, rowsIn("shuffledBatches", data), batchSize);
  return (step) => {
    const rows = rowsOf(step);
    return tree.map((x) => takeRows(x, rows), data);
  };
}

/** Returns N, the common length of the leading axes of a tree of tensors. */
export function rowsIn(caller: string, data: unknown): number {
  const [first, ...others] = tree.entries(data);
  if (first === undefined) throw new Error(`${caller}: data must hold a tensor [N, ...], got none`);
  const [n = NaN] = first[1].shape;
  const other = others.find(([, x]) => x.shape[0] !== n);
  if (Number.isNaN(n) || other !== undefined)
    throw new Error(
      `${caller}: data must be tensors with one leading axis [N, ...], got ` +
        [first, ...(other === undefined ? [] : [other])]
          .map(([path, { shape }]) => `${path} ${showShape(shape)}`.trim())
          .join(" and "),
    );
  return n;
}

/** The row indices of step t's minibatch; each epoch has a separate key. */
function epochRows(key: random.Key, n: number, batchSize: number): (t: number) => Int32Array {
  const rowsOf = (epoch: number): Int32Array[] => minibatches(random.fold(key, epoch), n, batchSize);
  let epoch = 0;
  let rows = rowsOf(epoch);
  return (t) => {
    const current = Math.floor(t / rows.length);
    if (current !== epoch) [epoch, rows] = [current, rowsOf(current)];
    return rows[t % rows.length] as Int32Array;
  };
}
