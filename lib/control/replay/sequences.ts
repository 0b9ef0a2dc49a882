import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { stream, type Key } from "../../core/random";
import { take } from "./columns";
import { drawSlot, flagsAt, placeIn, slotOf, STEP, TERMINATED, TRUNCATED, type Ring } from "./ring";
import type { Sequences } from "./step";
import type { Store } from "./store";

/** Options of a draw of windows. */
export interface SequenceOptions {
  /** The number of windows. */
  readonly batchSize: number;
  /** The number of steps T of a window. */
  readonly length: number;
  /**
   * Whether each window has T steps of one episode, by default; otherwise a window begins at any step, and
   * ends with its episode or with the newest step.
   */
  readonly whole?: boolean;
}

/** Draws windows of steps, with replacement and with equal probabilities of all their starts. */
export function sampleSequences<O, A>(
  store: Store<O, A>,
  key: Key,
  { batchSize, length, whole = true }: SequenceOptions,
): Sequences<O, A> {
  checkCount("replay.sequences", "batchSize", batchSize, 1);
  checkCount("replay.sequences", "length", length, 1);
  const { ring: of } = store;
  const numbers = stream(key);
  const least = whole ? length : 1;
  const windows = Array.from({ length: batchSize }, () => {
    const start = drawSlot(
      of,
      (n) => numbers.integer(n),
      (slot) => stepsFrom(of, slot, least) === least,
    );
    if (start === undefined)
      throw new Error(
        `replay.sequences: there must be ${least} steps of an episode in a row, got none; ` +
          (whole && length > 1 ? "add steps, or give a shorter length or whole: false" : "add steps first"),
      );
    return { ...placeIn(of, start), steps: stepsFrom(of, start, length) };
  });
  const slots = (rows: number): Int32Array =>
    Int32Array.from({ length: rows * batchSize }, (_, i) => {
      const { copy, entry, steps } = windows[i % batchSize] ?? { copy: 0, entry: 0, steps: -1 };
      const t = Math.floor(i / batchSize);
      return t < steps + rows - length ? slotOf(of, copy, entry + t) : -1;
    });
  const inside = slots(length);
  const column = (f: (slot: number) => number, dtype: "float32" | "bool"): tf.Tensor2D =>
    tf.tensor2d(
      Array.from(inside, (slot) => (slot < 0 ? 0 : f(slot))),
      [length, batchSize],
      dtype,
    );
  return {
    observation: take(store.like.observation, store.observation, slots(length + 1), [length + 1, batchSize]),
    action: take(store.like.action, store.action, inside, [length, batchSize]),
    reward: column((slot) => of.rewards[slot] ?? NaN, "float32"),
    terminated: column((slot) => (((of.flags[slot] ?? 0) & TERMINATED) > 0 ? 1 : 0), "bool"),
    mask: column(() => 1, "float32"),
  };
}

/** The number of steps of one episode from a slot on, at most `most`. */
function stepsFrom(of: Ring, slot: number, most: number): number {
  const { copy, entry } = placeIn(of, slot);
  for (let steps = 0; steps < Math.min(most, of.length); steps++) {
    const flags = flagsAt(of, copy, entry + steps);
    if ((flags & STEP) === 0) return steps;
    if ((flags & (TERMINATED + TRUNCATED)) > 0) return steps + 1;
  }
  return Math.min(most, of.length);
}
