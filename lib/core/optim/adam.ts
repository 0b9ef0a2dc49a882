import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../numeric/check-number";
import * as tree from "../tensor/tree";
import { chain, type Mask } from "./chain";
import { addDecayedWeights, scaleByLearningRate } from "./scale";
import {
  checkDecay,
  checkRate,
  gradientTransformation,
  rateAt,
  type Optimizer,
  type Rate,
} from "./optimizer";

/** State of `adam`. */
export interface AdamState {
  /** t, the number of steps taken. */
  readonly count: tf.Scalar;
  /** m, the running mean of the gradients, a tree like the parameters. */
  readonly mean: unknown;
  /** v, the running mean of the squared gradients, a tree like the parameters. */
  readonly square: unknown;
}

/** The decays and the ε of Adam. */
export interface AdamMoments {
  /** β₁, the decay of the mean, 0.9 by default. */
  readonly beta1?: number;
  /** β₂, the decay of the mean square, 0.999 by default. */
  readonly beta2?: number;
  /** ε, added to the root mean square, 10⁻⁸ by default. */
  readonly epsilon?: number;
}

/** Options of `adam`. */
export interface AdamOptions extends AdamMoments {
  /** α, 10⁻³ by default; a number, or a schedule of it. */
  readonly learningRate?: Rate;
}

/**
 * The Adam optimizer (Kingma & Ba 2015, Algorithm 1).
 *
 * @throws if the learning rate or ε is not positive, or β₁ or β₂ is not in [0, 1).
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { learningRate = 1e-3 } = options;
  checkRate("adam", learningRate);
  return scaledByMoments("adam", options, (count) => rateAt(learningRate, count));
}

/**
 * Scales gradients as Adam does, without the learning rate: m̂ / (√v̂ + ε).
 *
 * @throws if ε is not positive, or β₁ or β₂ is not in [0, 1).
 */
export function scaleByAdam(options: AdamMoments = {}): Optimizer<AdamState> {
  return scaledByMoments("scaleByAdam", options, () => -1);
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2): θ ← θ − α (m̂ / (√v̂ + ε) + λ θ).
 *
 * @param options those of `adam`; `weightDecay`: λ, 10⁻⁴ by default; `mask`: the leaves that decay, all by
 *   default.
 * @throws as `adam` does.
 */
export function adamw({
  learningRate = 1e-3,
  weightDecay = 1e-4,
  mask,
  ...moments
}: AdamOptions & { readonly weightDecay?: number; readonly mask?: Mask } = {}): Optimizer<
  readonly unknown[]
> {
  checkRate("adamw", learningRate);
  return chain(
    scaledByMoments("adamw", moments, () => -1),
    addDecayedWeights(weightDecay, mask),
    scaleByLearningRate(learningRate),
  );
}

/** Returns −α m̂ / (√v̂ + ε) with α as a function of the number of steps before this one. */
function scaledByMoments(
  name: string,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamMoments,
  rate: (count: tf.Scalar) => number | tf.Tensor,
): Optimizer<AdamState> {
  checkAbove(name, "epsilon", epsilon);
  checkDecay(name, "beta1", beta1);
  checkDecay(name, "beta2", beta2);
  return gradientTransformation(name, {
    init: (params) => ({ count: tf.scalar(0), mean: tree.zerosLike(params), square: tree.zerosLike(params) }),
    transform: (grads, state) => {
      const count = state.count.add<tf.Scalar>(1);
      const mean = tree.map<unknown>((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.mean, grads);
      const square = tree.map<unknown>(
        (v, g) => v.mul(beta2).add(g.square().mul(1 - beta2)),
        state.square,
        grads,
      );
      const unbias1 = oneMinusPower(beta1, count); // m̂ = m / (1 − β₁ᵗ)
      const unbias2 = oneMinusPower(beta2, count).sqrt(); // √v̂ = √v / √(1 − β₂ᵗ)
      const step = unbias2.div(unbias1).mul(rate(state.count)).neg();
      const change = (m: tf.Tensor, v: tf.Tensor): tf.Tensor =>
        m.mul(step).div(v.sqrt().add(unbias2.mul(epsilon))); // −α m̂ / (√v̂ + ε)
      return {
        updates: tree.map<unknown>(change, mean, square) as typeof grads,
        state: { count, mean, square },
      };
    },
  });
}

/** Returns 1 − βᵗ as −expm1(t log β): in float32, 1 − 0.999 would have only five correct digits. */
function oneMinusPower(beta: number, t: tf.Scalar): tf.Tensor {
  return t.mul(Math.log(beta)).expm1().neg();
}
