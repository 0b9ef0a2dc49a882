/**
 * Which slot holds what, in rings of L entries. Each of the copies of an environment has one, in which its
 * observations stand in the order of time: entry k of copy b is in slot b L + (k mod L).
 *
 * The entry at the head holds the newest observation, or nothing where an episode is about to begin. An entry
 * is a step once its action is known. The last observation of an episode is an entry without a step.
 */
export interface Ring {
  /** The number of copies, B. */
  readonly copies: number;
  /** The number of entries that are kept of each copy. */
  readonly length: number;
  /** The number of the entry at the head, for each copy. */
  readonly heads: Float64Array;
  /** What each slot holds, a sum of the constants below. */
  readonly flags: Uint8Array;
  /** The reward of the step in each slot. */
  readonly rewards: Float32Array;
  /** The number of steps in all slots. */
  steps: number;
}

/** The slot holds an observation. */
export const OBSERVED = 1;
/** And the action and reward of a step from it, */
export const STEP = 2;
/** which ended the task, */
export const TERMINATED = 4;
/** or after which a limit cut the episode. */
export const TRUNCATED = 8;

/** Returns empty rings. */
export function ring(copies: number, length: number): Ring {
  return {
    copies,
    length,
    heads: new Float64Array(copies),
    flags: new Uint8Array(copies * length),
    rewards: new Float32Array(copies * length),
    steps: 0,
  };
}

/** Returns the slot of an entry. */
export function slotOf({ length }: Ring, copy: number, entry: number): number {
  return copy * length + (entry % length);
}

/** Returns what the slot of an entry holds. */
export function flagsAt(of: Ring, copy: number, entry: number): number {
  return of.flags[slotOf(of, copy, entry)] ?? 0;
}

/** Returns the number of slots of a copy that have been written, the head included. */
export function filled({ heads, length }: Ring, copy: number): number {
  return Math.min((heads[copy] ?? 0) + 1, length);
}

/** An entry of a copy. */
export interface Place {
  readonly copy: number;
  readonly entry: number;
}

/** Returns the entry that is in a slot. */
export function placeIn({ heads, length }: Ring, slot: number): Place {
  const copy = Math.floor(slot / length);
  const head = heads[copy] ?? 0;
  const behind = (head - (slot % length)) % length; // the head is the newest
  return { copy, entry: head - (behind < 0 ? behind + length : behind) };
}

/**
 * Draws a slot for which `fits` holds, uniformly.
 *
 * @param integer draws from 0 … n − 1.
 * @returns undefined if there is none.
 */
export function drawSlot(
  of: Ring,
  integer: (n: number) => number,
  fits: (slot: number) => boolean,
): number | undefined {
  const counts = Array.from(of.heads, (_, copy) => filled(of, copy));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const nth = (n: number): number => {
    let [copy, rest] = [0, n];
    for (; rest >= (counts[copy] ?? Infinity); copy++) rest -= counts[copy] ?? 0;
    return copy * of.length + rest;
  };
  for (let tries = 0; tries < TRIES; tries++) {
    const slot = nth(integer(total));
    if (fits(slot)) return slot;
  }
  const all = Array.from({ length: total }, (_, n) => nth(n)).filter(fits); // they are rare
  return all.length === 0 ? undefined : all[integer(all.length)];
}

/** The number of draws after which the slots are looked through. */
const TRIES = 100;
