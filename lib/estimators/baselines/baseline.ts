import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";

/**
 * What the score function estimator takes off the costs to lower its variance: costs [draws, ...B] → anything that
 * broadcasts with them.
 *
 * The estimate stays unbiased as long as the baseline of a draw does not depend on that draw: E[b ∇ log q] = b E[∇ log q] = 0.
 * `scoreFunction` refuses a baseline that does.
 */
export type Baseline = (cost: tf.Tensor) => tf.Tensor;

/** No baseline: b = 0. */
export const noBaseline: Baseline = () => tf.scalar(0);

/**
 * One number for all draws, b = value (Williams 1992).
 *
 * @param value finite, in the units of the cost.
 * @throws when the value is not finite.
 */
export function constantBaseline(value: number): Baseline {
  if (!Number.isFinite(value))
    throw new Error(`constantBaseline: value must be a finite number, got ${value}`);
  return () => tf.scalar(value);
}

/**
 * For each draw the mean cost of the others, b_m = Σ_{j≠m} f_j / (M − 1) (Kool et al. 2019, "Buy 4 REINFORCE samples, get
 * a baseline for free!").
 *
 * @throws when there is a single draw.
 */
export const leaveOneOut: Baseline = (cost) => {
  const draws = cost.shape[0];
  if (draws < 2) throw new Error(`leaveOneOut: needs at least 2 draws for one estimate, got ${draws}`);
  return tf.tidy(() => sumOfOthers(cost).div(draws - 1));
};

/**
 * For each draw the sum over the others, Σ_{j≠m} x_j of x [draws, ...], as a constant.
 *
 * The draws before and those after are added up: of a sum with the draw in it, taking it off again would leave its rounding.
 */
export const sumOfOthers = (x: tf.Tensor): tf.Tensor =>
  detached((values) => values.cumsum(0, true).add(values.cumsum(0, true, true)), x); // its gradient in tfjs has a wrong shape
