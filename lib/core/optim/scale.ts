import * as tf from "@tensorflow/tfjs";
import * as tree from "../tensor/tree";
import type { Mask } from "./chain";
import type { NoState } from "./clip";
import { checkRate, gradientTransformation, rateAt, type Optimizer, type Rate } from "./optimizer";

/** Multiplies the updates by a number. */
export function scale(factor: number): Optimizer<NoState> {
  return gradientTransformation("scale", {
    init: () => ({}),
    transform: (updates, state) => ({ updates: tree.map((g) => g.mul(factor), updates), state }),
  });
}

/** A state that only counts. */
export interface CountState {
  /** t, the number of steps taken. */
  readonly count: tf.Scalar;
}

/**
 * Multiplies the updates by −α: the last part of a chain that descends.
 *
 * @param rate α, or a schedule of it.
 * @throws if the learning rate is a number that is not positive.
 */
export function scaleByLearningRate(rate: Rate): Optimizer<CountState> {
  checkRate("scaleByLearningRate", rate);
  return gradientTransformation("scaleByLearningRate", {
    init: () => ({ count: tf.scalar(0) }),
    transform: (updates, { count }) => ({
      updates: tree.map((g) => g.mul(rateAt(rate, count)).neg(), updates),
      state: { count: count.add<tf.Scalar>(1) },
    }),
  });
}

/**
 * Adds a multiple of the parameters to the updates, g + λ θ: weight decay, before the learning rate
 * (Loshchilov & Hutter 2019, algorithm 2).
 *
 * @param mask the leaves that decay, all by default.
 */
export function addDecayedWeights(rate: number, mask: Mask = () => true): Optimizer<NoState> {
  return gradientTransformation("addDecayedWeights", {
    init: () => ({}),
    transform: (updates, state, params) => {
      const paths = tree.entries(params).map(([path]) => path);
      let next = 0;
      const decay = (g: tf.Tensor, p: tf.Tensor): tf.Tensor =>
        mask(paths[next++] ?? "", p) ? g.add(p.mul(rate)) : g;
      return { updates: tree.map(decay, updates, params), state };
    },
  });
}
