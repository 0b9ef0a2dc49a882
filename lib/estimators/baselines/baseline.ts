import * as tf from "@tensorflow/tfjs";
import { detached } from "../../core/tensor/grad";

/**
 * A control variate of the score function estimator, subtracted from the costs to lower the variance: costs
 * [draws, ...B] → a tensor that broadcasts with them.
 *
 * The estimate stays unbiased as long as the baseline of a draw does not depend on that draw, because then
 * E[b ∇ log q] = b E[∇ log q] = 0. `scoreFunction` rejects a baseline that does depend on it.
 */
export type Baseline = (cost: tf.Tensor) => tf.Tensor;

/** The baseline b = 0. */
export const noBaseline: Baseline = constantBaseline(0);

/**
 * Returns the baseline b = value, one number for all draws (Williams 1992).
 *
 * @param value in the units of the cost.
 * @throws if the value is not finite.
 */
export function constantBaseline(value: number): Baseline {
  if (!Number.isFinite(value))
    throw new Error(`constantBaseline: value must be a finite number, got ${value}`);
  return () => tf.scalar(value);
}

/**
 * The baseline of each draw is the mean cost of the others, b_m = Σ_{j≠m} f_j / (M − 1) (Kool et al. 2019,
 * "Buy 4 REINFORCE samples, get a baseline for free!").
 *
 * @param cost costs, [draws, ...B].
 * @returns baselines, [draws, ...B].
 * @throws if there is only one draw.
 */
export function leaveOneOut(cost: tf.Tensor): tf.Tensor {
  const draws = cost.shape[0];
  if (draws < 2) throw new Error(`leaveOneOut: draws must be at least 2 per estimate, got ${draws}`);
  return tf.tidy(() => sumOfOthers(cost).div(draws - 1));
}

/**
 * Returns for each draw the sum over the others, Σ_{j≠m} x_j, of x [draws, ...], as a constant.
 *
 * It adds the sum of the draws before to that of the draws after: subtracting a draw from the total would
 * leave rounding that depends on the draw. The result carries no gradient, as that of `cumsum` in tfjs has a
 * wrong shape.
 */
export function sumOfOthers(x: tf.Tensor): tf.Tensor {
  return detached((values) => values.cumsum(0, true).add(values.cumsum(0, true, true)), x);
}
