import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "./shape";
import * as tree from "./tree";

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

const checkRate = (caller: string, rate: Rate): void => {
  if (typeof rate === "number") checkAbove(caller, "learningRate", rate);
};

/** State of `sgd`: the velocity, a tree like the parameters; empty without momentum. */
export interface SgdState {
  readonly velocity: unknown;
}

/**
 * Stochastic gradient descent: v ← momentum · v + g, θ ← θ − learningRate · v.
 *
 * @throws when the learning rate is not above 0, or the momentum is outside [0, 1).
 */
export function sgd({
  learningRate,
  momentum = 0,
}: {
  learningRate: Rate;
  momentum?: number;
}): Optimizer<SgdState> {
  checkRate("sgd", learningRate);
  if (!(momentum >= 0 && momentum < 1)) throw new Error(`sgd: momentum must be in [0, 1), got ${momentum}`);
  return {
    init: (params) => ({ velocity: momentum === 0 ? [] : tree.zerosLike(params) }),
    update: (grads, state, params) =>
      tree.tidy(() => {
        const velocity =
          momentum === 0 ? grads : tree.map<unknown>((v, g) => v.mul(momentum).add(g), state.velocity, grads);
        return {
          params: tree.map<unknown>((p, v) => p.sub(v.mul(learningRate)), params, velocity) as typeof params,
          state: { velocity: momentum === 0 ? [] : velocity },
        };
      }),
  };
}

/** State of `adam`: steps taken (a scalar tensor) and the running moments, trees like the parameters. */
export interface AdamState {
  readonly count: tf.Scalar;
  readonly mean: unknown;
  readonly square: unknown;
}

/** Options of `adam`, named as in the paper: α is `learningRate`. */
export interface AdamOptions {
  readonly learningRate?: Rate;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015, Algorithm 1).
 *
 * @throws when the learning rate or ε is not above 0, or a β is outside [0, 1).
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkRate("adam", learningRate);
  checkAbove("adam", "epsilon", epsilon);
  for (const [name, beta] of Object.entries({ beta1, beta2 }))
    if (!(beta >= 0 && beta < 1)) throw new Error(`adam: ${name} must be in [0, 1), got ${beta}`);
  return {
    init: (params) => ({ count: tf.scalar(0), mean: tree.zerosLike(params), square: tree.zerosLike(params) }),
    update: (grads, state, params) =>
      tree.tidy(() => {
        const count = state.count.add<tf.Scalar>(1);
        const mean = tree.map<unknown>((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.mean, grads);
        const square = tree.map<unknown>(
          (v, g) => v.mul(beta2).add(g.square().mul(1 - beta2)),
          state.square,
          grads,
        );
        const unbias1 = oneMinusPower(beta1, count); // m̂ = m / (1 − β₁ᵗ)
        const unbias2 = oneMinusPower(beta2, count).sqrt(); // √v̂ = √v / √(1 − β₂ᵗ)
        const step = unbias2.div(unbias1).mul(learningRate);
        const delta = (m: tf.Tensor, v: tf.Tensor): tf.Tensor =>
          m.mul(step).div(v.sqrt().add(unbias2.mul(epsilon))); // α m̂ / (√v̂ + ε)
        return {
          params: tree.map<unknown>((p, m, v) => p.sub(delta(m, v)), params, mean, square) as typeof params,
          state: { count, mean, square },
        };
      }),
  };
}

/** 1 − βᵗ as −expm1(t log β): the subtraction in float32 would lose all but five digits of 1 − 0.999. */
const oneMinusPower = (beta: number, t: tf.Scalar): tf.Tensor => t.mul(Math.log(beta)).expm1().neg();
