import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";

/**
 * An optimizer as two pure functions over parameter trees; `update` takes a step that decreases the loss.
 *
 * `update` returns new trees and leaves its arguments unchanged; the caller frees the old ones.
 */
export interface Optimizer<S = unknown> {
  /** Returns the state before the first step. */
  init(params: unknown): S;
  /** Takes one step: (gradients, state, parameters) → new parameters and state. */
  update<P>(
    grads: P,
    state: S,
    params: P,
  ): {
    /** The new parameters. */
    readonly params: P;
    /** The new state. */
    readonly state: S;
  };
}

/** A learning rate: a number, or a scalar tensor if it changes between the steps of a compiled function. */
export type Rate = number | tf.Scalar;

/**
 * Throws unless a learning rate is positive. A tensor is not checked: a compiled function cannot read its
 * value.
 */
export function checkRate(caller: string, rate: Rate): void {
  if (typeof rate === "number") checkAbove(caller, "learningRate", rate);
}
