import * as tf from "@tensorflow/tfjs";
import * as tree from "../tensor/tree";
import { checkDecay } from "./optimizer";

/**
 * Moves a target network towards the online one: θ′ ← (1 − τ) θ′ + τ θ (Lillicrap et al. 2016, algorithm 1).
 *
 * @param target θ′, a tree of tensors.
 * @param online θ, a tree like it.
 * @param rate τ in [0, 1]: a number or a scalar tensor.
 * @returns the new θ′, which the caller owns.
 * @throws if τ is a number outside [0, 1], or the trees differ.
 */
export function polyak<P>(target: P, online: P, rate: number | tf.Scalar): P {
  if (typeof rate === "number" && !(rate >= 0 && rate <= 1))
    throw new Error(`polyak: rate must be in [0, 1], got ${rate}`);
  return tree.tidy(() => tree.map((old, now) => old.add(now.sub(old).mul(rate)), target, online));
}

/** State of `ema`. */
export interface EmaState<P> {
  /** t, the number of trees averaged. */
  readonly count: tf.Scalar;
  /** The running mean from zero, a tree like the parameters. */
  readonly mean: P;
}

/** An exponential moving average of trees, such as the parameters of the last steps. */
export interface Ema {
  /** Returns the state before the first tree. */
  init<P>(params: P): EmaState<P>;
  /** Adds a tree: m ← decay · m + (1 − decay) θ. */
  update<P>(state: EmaState<P>, params: P): EmaState<P>;
  /** Returns the average without the bias towards the zeros of the start, m / (1 − decayᵗ). */
  value<P>(state: EmaState<P>): P;
}

/**
 * Returns an exponential moving average of trees.
 *
 * @param decay the weight of the past, in [0, 1).
 * @throws if the decay is not in [0, 1).
 */
export function ema(decay: number): Ema {
  checkDecay("ema", "decay", decay);
  return {
    init: (params) => ({ count: tf.scalar(0), mean: tree.zerosLike(params) }),
    update: ({ count, mean }, params) =>
      tree.tidy(() => ({
        count: count.add<tf.Scalar>(1),
        mean: tree.map((m, x) => m.mul(decay).add(x.mul(1 - decay)), mean, params),
      })),
    value: ({ count, mean }) =>
      tree.tidy(() => {
        const unbias = count.mul(Math.log(decay)).expm1().neg(); // 1 − decayᵗ
        return tree.map((m) => m.div(unbias), mean);
      }),
  };
}
