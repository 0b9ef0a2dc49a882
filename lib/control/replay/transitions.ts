import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { stream, type Key } from "../../core/random";
import { take } from "./columns";
import { drawSlot, flagsAt, placeIn, slotOf, STEP, TERMINATED, TRUNCATED, type Ring } from "./ring";
import type { Sample } from "./step";
import type { Store } from "./store";

/** Options of a draw of transitions. */
export interface SampleOptions {
  /** The number of transitions. */
  readonly batchSize: number;
  /** γ, in [0, 1]. */
  readonly discount: number;
  /** The number of steps n of each transition, 1 by default. */
  readonly steps?: number;
  /**
   * β, in [0, 1]: the weights are (N P(i))^−β, divided by the largest of the batch; 1, by default, undoes the
   * bias of the priorities in full.
   */
  readonly correction?: number;
}

/** Draws transitions, with replacement. */
export function sampleTransitions<O, A>(
  store: Store<O, A>,
  key: Key,
  { batchSize, discount, steps = 1, correction = 1 }: SampleOptions,
): Sample<O, A> {
  checkCount("replay.sample", "batchSize", batchSize, 1);
  checkCount("replay.sample", "steps", steps, 1);
  for (const [name, value] of Object.entries({ discount, correction }))
    if (!(value >= 0 && value <= 1))
      throw new Error(`replay.sample: ${name} must be in [0, 1], got ${value}`);
  const { ring: of } = store;
  const { slots, weights } = drawSteps(store, key, batchSize, correction);
  const ends = Array.from(slots, (slot) => sumRewards(of, slot, steps, discount));
  const column = (f: (end: Return) => number): tf.Tensor1D => tf.tensor1d(ends.map(f), "float32");
  return {
    transitions: {
      observation: take(store.like.observation, store.observation, slots, [batchSize]),
      action: take(store.like.action, store.action, slots, [batchSize]),
      reward: column(({ reward }) => reward),
      discount: column(({ factor }) => factor),
      nextObservation: take(
        store.like.observation,
        store.observation,
        ends.map(({ slot }) => slot),
        [batchSize],
      ),
      weight: tf.tensor1d(weights, "float32"),
    },
    ids: Float64Array.from(slots, (slot) => idOf(of, slot)),
  };
}

interface Draws {
  readonly slots: Int32Array;
  readonly weights: number[];
}

function drawSteps<O, A>(store: Store<O, A>, key: Key, count: number, correction: number): Draws {
  const { ring: of, priorities: by } = store;
  const numbers = stream(key);
  const none = (): never => {
    throw new Error("replay.sample: there must be at least one step, got none; add steps first");
  };
  if (by === undefined) {
    const isStep = (slot: number): boolean => ((of.flags[slot] ?? 0) & STEP) > 0;
    const draw = (): number => drawSlot(of, (n) => numbers.integer(n), isStep) ?? none();
    return { slots: Int32Array.from({ length: count }, draw), weights: new Array<number>(count).fill(1) };
  }
  const { powers } = by;
  const total = powers.total();
  if (total === 0) none();
  // One draw from each of `count` parts of equal probability
  const slots = Int32Array.from({ length: count }, (_, i) =>
    powers.find(((i + numbers.uniform()) / count) * total),
  );
  const unscaled = Array.from(slots, (slot) => powers.get(slot) ** -correction); // (N P)^−β up to a factor
  const largest = Math.max(...unscaled);
  return { slots, weights: unscaled.map((weight) => weight / largest) };
}

/** What follows from a step. */
interface Return {
  /** Σ γᵏ r_{t+k}. */
  readonly reward: number;
  /** γᵐ, or 0 if the task ended. */
  readonly factor: number;
  /** Where s_{t+m} is. */
  readonly slot: number;
}

/** Sums up to n rewards, up to the end of the episode or to the newest step. */
function sumRewards(of: Ring, start: number, n: number, discount: number): Return {
  const { copy, entry } = placeIn(of, start);
  let [reward, factor, at, flags] = [0, 1, entry, STEP];
  for (; at < entry + n; at++) {
    flags = flagsAt(of, copy, at);
    if ((flags & STEP) === 0) break;
    reward += factor * (of.rewards[slotOf(of, copy, at)] ?? NaN);
    factor *= discount;
    if ((flags & (TERMINATED + TRUNCATED)) === 0) continue;
    at += 1;
    break;
  }
  return { reward, factor: (flags & TERMINATED) > 0 ? 0 : factor, slot: slotOf(of, copy, at) };
}

function idOf(of: Ring, slot: number): number {
  const { copy, entry } = placeIn(of, slot);
  return entry * of.copies + copy;
}

/** Sets the priorities of steps that were drawn, unless newer ones have taken their place. */
export function setPriorities<O, A>(
  { ring: of, priorities: by }: Store<O, A>,
  ids: ArrayLike<number>,
  errors: ArrayLike<number>,
): void {
  if (by === undefined)
    throw new Error("replay.prioritize: the buffer draws uniformly; make it with the option priority");
  if (ids.length !== errors.length)
    throw new Error(`replay.prioritize: errors must be [B=${ids.length}], got ${errors.length} numbers`);
  const values = Array.from(errors);
  const bad = values.findIndex((error) => !Number.isFinite(error));
  if (bad >= 0) throw new Error(`replay.prioritize: errors must be finite, got ${values[bad]} in row ${bad}`);
  values.forEach((error, i) => {
    const id = ids[i] ?? NaN;
    const [copy, entry] = [id % of.copies, Math.floor(id / of.copies)];
    const slot = slotOf(of, copy, entry);
    const isKept = entry > (of.heads[copy] ?? 0) - of.length && ((of.flags[slot] ?? 0) & STEP) > 0;
    if (isKept) by.update(slot, error);
  });
}
