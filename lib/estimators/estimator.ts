import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../core/random/key";
import { showShape } from "../core/tensor/shape";
import type { Distribution } from "../distributions/base/distribution";

/** An expectation that is to be differentiated by θ: E_{q_θ(z)}[f(z, θ)]. */
export interface Objective<P, D extends Distribution = Distribution> {
  /** θ → q_θ, with batch [...B]. */
  readonly q: (params: P) => D;
  /**
   * The cost of draws, (z [...S, ...B, ...E], θ) → [...S, ...B]; it may depend on θ also directly. What tfjs cannot differentiate,
   * such as a comparison, belongs inside `detached`.
   */
  readonly f: (z: tf.Tensor, params: P) => tf.Tensor;
}

/** A way to estimate ∇_θ E_{q_θ(z)}[f(z, θ)] from draws z; `D` says for which q it works. */
export interface Estimator<D extends Distribution = Distribution> {
  readonly name: string;
  /**
   * One tensor [draws, ...B]: its values are estimates of the expectation, the costs f(z, θ) of the draws, and its gradients those
   * of the gradient. The mean over the draws is one estimate.
   */
  readonly surrogate: <P>(objective: Objective<P, D>, params: P, key: Key, draws: number) => tf.Tensor;
}

/** Checks that f gives one cost for each draw: broadcasting would mix the draws. */
export function checkCost(caller: string, cost: tf.Tensor, q: Distribution, draws: number): void {
  const expected = showShape([draws, ...q.batchShape]);
  if (showShape(cost.shape) !== expected)
    throw new Error(
      `${caller}: f(z) must be ${expected}, one cost for each draw and each member of the batch of q, ` +
        `got ${showShape(cost.shape)}`,
    );
}
