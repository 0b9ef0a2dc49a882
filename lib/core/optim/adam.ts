import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import * as tree from "../tensor/tree";
import { checkRate, type Optimizer, type Rate } from "./optimizer";

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
