import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import * as tree from "../tensor/tree";
import type { CountState } from "./scale";
import {
  checkDecay,
  checkRate,
  gradientTransformation,
  rateAt,
  type Optimizer,
  type Rate,
} from "./optimizer";

/** State of `sgd`. */
export interface SgdState {
  /** v, a tree like the parameters; empty without momentum. */
  readonly velocity: unknown;
  /** t, the number of steps taken; only with a schedule. */
  readonly count?: tf.Scalar;
}

/**
 * Stochastic gradient descent with momentum: v ← momentum · v + g, θ ← θ − learningRate · v.
 *
 * @param options the learning rate or a schedule of it; the momentum in [0, 1), 0 by default; `nesterov`:
 *   whether the step goes along g + momentum · v (Nesterov 1983), false by default.
 * @throws if the learning rate is not positive, or the momentum is not in [0, 1).
 */
export function sgd({
  learningRate,
  momentum = 0,
  nesterov = false,
}: {
  readonly learningRate: Rate;
  readonly momentum?: number;
  readonly nesterov?: boolean;
}): Optimizer<SgdState> {
  checkRate("sgd", learningRate);
  checkDecay("sgd", "momentum", momentum);
  const counts = typeof learningRate === "function";
  const accelerate = <P>(velocity: P, g: P): P => tree.map((v, x) => v.mul(momentum).add(x), velocity, g);
  return gradientTransformation("sgd", {
    init: (params) => ({
      velocity: momentum === 0 ? [] : tree.zerosLike(params),
      ...(counts && { count: tf.scalar(0) }),
    }),
    transform: (grads, state) => {
      const { count = tf.scalar(0) } = state;
      const velocity = momentum === 0 ? grads : accelerate(state.velocity as typeof grads, grads);
      const direction = nesterov && momentum > 0 ? accelerate(velocity, grads) : velocity;
      return {
        updates: tree.map((v) => v.mul(rateAt(learningRate, count)).neg(), direction),
        state: {
          velocity: momentum === 0 ? [] : velocity,
          ...(counts && { count: count.add<tf.Scalar>(1) }),
        },
      };
    },
  });
}

/** State of `rmsprop`. */
export interface RmspropState extends CountState {
  /** v, the running mean of the squared gradients, a tree like the parameters. */
  readonly square: unknown;
}

/**
 * RMSProp (Tieleman & Hinton 2012, lecture 6.5): θ ← θ − learningRate · g / √(v + ε), with v a running mean
 * of g².
 *
 * @param options the learning rate or a schedule of it; `decay`, 0.9 by default; ε, 10⁻⁸ by default.
 * @throws if the learning rate or ε is not positive, or the decay is not in [0, 1).
 */
export function rmsprop({
  learningRate,
  decay = 0.9,
  epsilon = 1e-8,
}: {
  readonly learningRate: Rate;
  readonly decay?: number;
  readonly epsilon?: number;
}): Optimizer<RmspropState> {
  checkRate("rmsprop", learningRate);
  checkDecay("rmsprop", "decay", decay);
  checkAbove("rmsprop", "epsilon", epsilon);
  return gradientTransformation("rmsprop", {
    init: (params) => ({ square: tree.zerosLike(params), count: tf.scalar(0) }),
    transform: (grads, state) => {
      const square = tree.map<unknown>(
        (v, g) => v.mul(decay).add(g.square().mul(1 - decay)),
        state.square,
        grads,
      );
      const rate = rateAt(learningRate, state.count);
      const change = (g: tf.Tensor, v: tf.Tensor): tf.Tensor => g.div(v.add(epsilon).sqrt()).mul(rate).neg();
      return {
        updates: tree.map<unknown>(change, grads, square) as typeof grads,
        state: { square, count: state.count.add<tf.Scalar>(1) },
      };
    },
  });
}
