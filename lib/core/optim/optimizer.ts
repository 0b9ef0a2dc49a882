import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";

/**
 * An optimiser as two pure functions over parameter trees: it goes downhill on the gradients it is given.
 *
 * `update` makes new trees and leaves its arguments alone; whoever holds the old ones frees them.
 */
export interface Optimizer<S = unknown> {
  /** The state before the first step. */
  init(params: unknown): S;
  /** One step: (gradients, state, parameters) → new parameters and state. */
  update<P>(grads: P, state: S, params: P): { readonly params: P; readonly state: S };
}

/** A learning rate: a number, or a scalar tensor where it changes from step to step of a compiled function. */
export type Rate = number | tf.Scalar;

/** Checks that a learning rate given as a number is positive; a tensor's value cannot be read in a compiled function. */
export function checkRate(caller: string, rate: Rate): void {
  if (typeof rate === "number") checkAbove(caller, "learningRate", rate);
}
