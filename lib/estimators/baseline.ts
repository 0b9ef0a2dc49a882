import * as tf from "@tensorflow/tfjs";

/**
 * What the score function estimator takes off the costs to lower its variance: costs [draws, ...B] → anything that
 * broadcasts with them.
 *
 * The estimate stays unbiased as long as the baseline of a draw does not depend on that draw.
 */
export type Baseline = (cost: tf.Tensor) => tf.Tensor;

/** No baseline: b = 0. */
export const noBaseline: Baseline = () => tf.scalar(0);

/**
 * For each draw the mean cost of the others, b_m = Σ_{j≠m} f_j / (M − 1) (Kool et al. 2019, "Buy 4 REINFORCE samples, get
 * a baseline for free!").
 *
 * @throws when there is a single draw.
 */
export const leaveOneOut: Baseline = (cost) => {
  const draws = cost.shape[0];
  if (draws < 2) throw new Error(`leaveOneOut: needs at least 2 draws for one estimate, got ${draws}`);
  return tf.tidy(() =>
    cost
      .sum(0, true)
      .sub(cost)
      .div(draws - 1),
  );
};
