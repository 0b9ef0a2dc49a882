import { checkCount } from "../../core/numeric/check-number";
import { checkShape, showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { columnsFor, encode, holds, isPicture, put, type BytesOption, type Column } from "./columns";
import { priorities, type Priorities, type PriorityOptions } from "./priorities";
import { flagsAt, OBSERVED, ring, slotOf, STEP, TERMINATED, TRUNCATED, type Ring } from "./ring";
import type { Step } from "./step";

/** Options of `replay`. */
export interface ReplayOptions {
  /**
   * The number of observations that are kept, of all copies together: those of steps, and the last one of
   * each episode. The oldest make room for new ones.
   */
  readonly capacity: number;
  /**
   * Which leaves have numbers from 0 to 1 and are kept as bytes, rounded to multiples of 1/255; by default
   * float32 leaves [B, H, W, C], pictures.
   */
  readonly bytes?: BytesOption;
  /** How steps are drawn by their errors; if it is missing, uniformly. */
  readonly priority?: PriorityOptions;
}

/** What a replay buffer keeps. */
export interface Store<O, A> {
  readonly ring: Ring;
  readonly observation: readonly Column[];
  readonly action: readonly Column[];
  readonly priorities: Priorities | undefined;
  /** An observation and an action, whose tensors may be disposed: what is returned has their structure. */
  readonly like: { readonly observation: O; readonly action: A };
}

/** Returns an empty store. */
export function emptyStore<O, A>(
  like: { readonly observation: O; readonly action: A },
  { capacity, bytes = isPicture, priority }: ReplayOptions,
): Store<O, A> {
  const leaves = tree.entries({ observation: like.observation, action: like.action });
  const copies = leaves[0]?.[1].shape[0] ?? 0;
  if (copies === 0 || leaves.some(([, { shape }]) => shape[0] !== copies))
    throw new Error(
      "replay: observation and action must be trees of tensors [B, ...] with one B > 0, got " +
        (leaves.map(([path, { shape }]) => `${path} ${showShape(shape)}`).join(", ") || "no tensor"),
    );
  checkCount("replay", "capacity", capacity, 2 * copies);
  const length = Math.floor(capacity / copies);
  const slots = copies * length;
  return {
    ring: ring(copies, length),
    observation: columnsFor(like.observation, "observation", slots, bytes),
    action: columnsFor(like.action, "action", slots, bytes),
    priorities: priority && priorities(slots, priority),
    like: { observation: like.observation, action: like.action },
  };
}

/** Adds one step of each copy; checks everything before anything is written. */
export function addStep<O, A>(store: Store<O, A>, step: Step<O, A>): void {
  const { ring: of, observation: columns, action: actions } = store;
  const { copies } = of;
  const before = encode(columns, step.observation, "observation", copies);
  const after = encode(columns, step.nextObservation, "observation", copies, "nextObservation");
  const action = encode(actions, step.action, "action", copies);
  const [reward, terminated, truncated] = (["reward", "terminated", "truncated"] as const).map((name) => {
    checkShape("replay.add", name, step[name], [`B=${copies}`]);
    return step[name].dataSync();
  }) as [Float32Array, Uint8Array, Uint8Array];
  for (let b = 0; b < copies; b++) checkRow(store, before, reward, b);
  for (let b = 0; b < copies; b++) {
    const slot = slotOf(of, b, of.heads[b] ?? 0);
    const ends = (terminated[b] ? TERMINATED : 0) + (truncated[b] ? TRUNCATED : 0);
    put(columns, slot, before, b);
    put(actions, slot, action, b);
    of.rewards[slot] = reward[b] ?? NaN;
    of.flags[slot] = OBSERVED + STEP + ends;
    of.steps += 1;
    store.priorities?.insert(slot);
    const next = advance(store, b);
    put(columns, next, after, b);
    of.flags[next] = OBSERVED;
    if (ends > 0) advance(store, b);
  }
}

function checkRow<O, A>(
  { ring: of, observation: columns }: Store<O, A>,
  before: readonly (Float32Array | Int32Array | Uint8Array)[],
  reward: ArrayLike<number>,
  b: number,
): void {
  if (!Number.isFinite(reward[b]))
    throw new Error(`replay.add: reward must be finite, got ${String(reward[b])} in row ${b}`);
  const head = of.heads[b] ?? 0;
  if (flagsAt(of, b, head) !== OBSERVED || holds(columns, slotOf(of, b, head), before, b)) return;
  throw new Error(
    `replay.add: observation must be the nextObservation of the step before, got another one in row ${b}; ` +
      "where an episode was left before its end, call endEpisodes() first",
  );
}

/** Moves the head of a copy to the next slot, empties it, and returns it. */
export function advance<O, A>({ ring: of, priorities: by }: Store<O, A>, copy: number): number {
  const entry = (of.heads[copy] ?? 0) + 1;
  of.heads[copy] = entry;
  const slot = slotOf(of, copy, entry);
  if (((of.flags[slot] ?? 0) & STEP) > 0) of.steps -= 1;
  of.flags[slot] = 0;
  by?.remove(slot);
  return slot;
}
