import * as tf from "@tensorflow/tfjs";
import type { JitOptions } from "../jit";
import { isDisabled } from "../jit/build/options";

/** The largest number of steps of a call. */
const MOST = 20;
/** The largest state, in numbers, for which several steps are taken by one call: a call costs 0.2 ms. */
const LARGEST_STATE = 30_000;
/** The largest batches of a call, in numbers. */
const LARGEST_BATCHES = 1_000_000;

/** What the number of steps per call depends on; nothing in it depends on the time that steps take. */
export interface Schedule {
  /** The number of steps to take. */
  readonly steps: number;
  /** The numbers of steps after which somebody looks. */
  readonly looks: readonly number[];
  /** The number of numbers in the state. */
  readonly stateSize: number;
  /** The number of numbers in a batch. */
  readonly batchSize: number;
  readonly jit: JitOptions;
}

/**
 * Returns how many steps of a small model one call of the compiled step should take: a divisor of the number
 * of steps between looks, as large as possible up to 20; 1 for large models, and where nothing is compiled.
 */
export function stepsPerCall({ steps, looks, stateSize, batchSize, jit }: Schedule): number {
  const isCompiled = tf.getBackend() === "tensorflow" && jit.compiler !== "off" && !isDisabled();
  if (!isCompiled || stateSize > LARGEST_STATE) return 1;
  const between = looks.filter(Number.isFinite).reduce(greatestCommonDivisor, 0);
  const most = Math.min(MOST, Math.floor(LARGEST_BATCHES / Math.max(1, batchSize)), steps);
  const candidates = Array.from({ length: most }, (_, i) => most - i).filter((k) => between % k === 0);
  // rather without steps left over, which have to be compiled separately
  return candidates.find((k) => steps % k === 0 && 2 * k > Math.min(most, 10)) ?? candidates[0] ?? 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
