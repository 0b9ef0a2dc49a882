import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import { showShape } from "../tensor/shape";
import * as tree from "../tensor/tree";
import type { Schedule } from "./schedules";

/**
 * A gradient transformation as pure functions over parameter trees (the design of optax): from gradients to
 * the changes that are added to the parameters. `chain` composes them; an optimizer is one whose changes
 * decrease the loss.
 *
 * The functions return new trees and leave their arguments unchanged; the caller frees the old ones.
 */
export interface Optimizer<S = unknown> {
  /** Returns the state before the first step. */
  init(params: unknown): S;
  /** Transforms gradients, or the changes of another transformation: (updates, state, parameters). */
  transform<P>(
    updates: P,
    state: S,
    params: P,
  ): {
    /** The new updates, a tree like the parameters. */
    readonly updates: P;
    /** The new state. */
    readonly state: S;
  };
  /** Takes one step: (gradients, state, parameters) → the parameters plus the updates, and the state. */
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

/** A learning rate: a number, a schedule, or a scalar tensor. */
export type Rate = number | tf.Scalar | Schedule;

/**
 * Returns a gradient transformation with the given `init` and `transform`.
 *
 * @param name the name of the function that makes it, for messages.
 * @throws from `transform` and `update`, if a gradient has another shape than its parameter, naming its path.
 */
export function gradientTransformation<S>(
  name: string,
  { init, transform }: Pick<Optimizer<S>, "init" | "transform">,
): Optimizer<S> {
  const checked: Optimizer<S>["transform"] = (updates, state, params) =>
    tree.tidy(() => {
      checkShapes(name, updates, params);
      return transform(updates, state, params);
    });
  return {
    init: (params) => tree.tidy(() => init(params)),
    transform: checked,
    update: (grads, state, params) =>
      tree.tidy(() => {
        const { updates, state: next } = checked(grads, state, params);
        return { params: applyUpdates(params, updates), state: next };
      }),
  };
}

/** Returns the parameters plus the updates, θ + u. */
export function applyUpdates<P>(params: P, updates: P): P {
  return tree.map((p, u) => p.add(u), params, updates);
}

/** tfjs would broadcast a gradient [3, 1] for a parameter [3] to a new parameter [3, 3]. */
function checkShapes(name: string, updates: unknown, params: unknown): void {
  const expected = new Map(tree.entries(params).map(([path, { shape }]) => [path, showShape(shape)]));
  for (const [path, { shape }] of tree.entries(updates))
    if (expected.has(path) && expected.get(path) !== showShape(shape))
      throw new Error(
        `${name}: the gradient ${path === "" ? "" : `of ${path} `}must be ${expected.get(path) ?? ""}, ` +
          `the shape of its parameter, got ${showShape(shape)}`,
      );
}

/**
 * Throws unless a learning rate is positive. Tensors and schedules are not checked: a compiled function
 * cannot read their values.
 */
export function checkRate(caller: string, rate: Rate): void {
  if (typeof rate === "number") checkAbove(caller, "learningRate", rate);
}

/** Returns a learning rate at step t. */
export function rateAt(rate: Rate, t: tf.Tensor): number | tf.Tensor {
  return typeof rate === "function" ? rate(t) : rate;
}

/** Throws unless a decay is in [0, 1). */
export function checkDecay(caller: string, name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new Error(`${caller}: ${name} must be in [0, 1), got ${value}`);
}
