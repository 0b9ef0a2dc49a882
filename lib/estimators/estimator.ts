import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../core/random/key";
import type { Distribution } from "../distributions/base/distribution";

/** An expectation E_{q_θ(z)}[f(z, θ)] to differentiate with respect to θ. */
export interface Objective<P, D extends Distribution = Distribution> {
  /** θ → q_θ, with the batch [...B]. */
  readonly q: (params: P) => D;
  /**
   * The cost of draws, (z [...S, ...B, ...E], θ) → [...S, ...B], which may also depend on θ directly. Wrap
   * operations that tfjs cannot differentiate, such as comparisons, in `detached`.
   */
  readonly f: (z: tf.Tensor, params: P) => tf.Tensor;
}

/** An estimator of ∇_θ E_{q_θ(z)}[f(z, θ)] from draws z, for q of the type `D`. */
export interface Estimator<D extends Distribution = Distribution> {
  /** The name of the function that made the estimator, for messages. */
  readonly name: string;
  /**
   * Returns one tensor [draws, ...B]. Its values are the costs f(z, θ) of the draws; its gradients are
   * estimates of the gradient of the expectation. The mean over the draws is one estimate.
   */
  readonly surrogate: <P>(objective: Objective<P, D>, params: P, key: Key, draws: number) => tf.Tensor;
}
