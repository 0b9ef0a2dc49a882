import type * as tf from "@tensorflow/tfjs";
import type { Space } from "./spaces";

/** Observations as they came, row by row, before they became a tensor. */
export type Raw = Uint8Array | Int32Array | Float32Array | Float64Array;

/**
 * n copies of a system that cannot be a pure function, because a simulator keeps its state: the words of
 * `Environment` without state and key.
 *
 * Rows step together, and a row whose episode ends begins a new one in the same step, as with `vectorize`.
 * All calls are asynchronous: an answer of another process must not block the thread on which a kernel
 * listens for interrupts. One call at a time: await it before the next. The caller owns the tensors that a
 * call returns, and those of observations once they are read.
 */
export interface StatefulEnvironment {
  /** The name, for messages and figures. */
  readonly name: string;
  /** The number of copies, the batch size B. */
  readonly n: number;
  /** What an observation is, in the simulator's own units: pictures are 0 … 255. */
  readonly observationSpace: Space;
  /** What an action is: `box` for a float32 tensor [B, A], `discrete` for an int32 tensor [B]. */
  readonly actionSpace: Space;
  /**
   * Begins n episodes. The same seed and actions give the same episodes.
   *
   * @param seed an integer from 0 to 2³¹ − 1.
   */
  reset(seed: number): Promise<Observed>;
  /**
   * Moves each copy by one step.
   *
   * @param action [B, A] float32 for a box, where values outside the bounds are clipped to them; [B] int32
   *   for a discrete space.
   * @throws if the action has another shape or type, or is not in a discrete space.
   */
  step(action: tf.Tensor): Promise<StatefulTransition>;
  /**
   * Paints the state of each row.
   *
   * @returns [B, H, W, 3] float32 with colours from 0 to 1.
   */
  render(): Promise<tf.Tensor4D>;
  /** Ends the simulator; further calls throw. */
  close(): Promise<void>;
}

/** Observations of B rows. */
export interface Observed {
  /** The observation, [B, ...] float32, or int32 for a discrete space; made when it is first read. */
  readonly observation: tf.Tensor;
  /** The same numbers in the simulator's type, for a replay buffer: pictures are bytes. */
  readonly raw: Raw;
}

/** One step of B rows. */
export interface StatefulTransition extends Observed {
  /** The reward of the step, [B] float32. */
  readonly reward: tf.Tensor1D;
  /** Whether the task itself ended: the value of what follows is 0. [B] bool. */
  readonly terminated: tf.Tensor1D;
  /** Whether a limit from outside, such as one of time, cut the episode: bootstrap from it. [B] bool. */
  readonly truncated: tf.Tensor1D;
  /**
   * The observation after the step, before a new episode began: what to bootstrap from; made when it is first
   * read.
   */
  readonly finalObservation: tf.Tensor;
  /** The same numbers in the simulator's type; `raw` itself if no row ended. */
  readonly finalRaw: Raw;
}

/**
 * Checks a seed.
 *
 * @throws if it is not an integer from 0 to 2³¹ − 1.
 */
export function checkSeed(caller: string, seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31)
    throw new Error(`${caller}: seed must be an integer from 0 to 2147483647, got ${seed}`);
}
