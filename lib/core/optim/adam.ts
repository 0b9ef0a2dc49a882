import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import * as tree from "../tensor/tree";
import { checkRate, type Optimizer, type Rate } from "./optimizer";

/** State of `adam`. */
export interface AdamState {
  /** t, the number of steps taken. */
  readonly count: tf.Scalar;
  /** m, the running mean of the gradients, a tree like the parameters. */
  readonly mean: unknown;
  /** v, the running mean of the squared gradients, a tree like the parameters. */
  readonly square: unknown;
}

/** Options of `adam`. */
export interface AdamOptions {
  /** α, 10⁻³ by default. */
  readonly learningRate?: Rate;
  /** β₁, the decay of the mean, 0.9 by default. */
  readonly beta1?: number;
  /** β₂, the decay of the mean square, 0.999 by default. */
  readonly beta2?: number;
  /** ε, added to the root mean square, 10⁻⁸ by default. */
  readonly epsilon?: number;
}

/**
 * The Adam optimizer (Kingma & Ba 2015, Algorithm 1).
 *
 * @throws if the learning rate or ε is not positive, or β₁ or β₂ is not in [0, 1).
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

/** Returns 1 − βᵗ as −expm1(t log β): in float32, 1 − 0.999 would have only five correct digits. */
function oneMinusPower(beta: number, t: tf.Scalar): tf.Tensor {
  return t.mul(Math.log(beta)).expm1().neg();
}
