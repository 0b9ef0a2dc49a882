import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { covarianceOf, sandwich } from "./form";
import { checkFilter, filter, type FilterOptions, type Marginals } from "./filter";
import { timeFirst, batchFirst, type LinearGaussian } from "./model";
import { mean, sequenceOf } from "./sequence";

/** Predictions of the H times after the last observation. */
export interface Forecast {
  /** p(x_{T+h}|o_1 … o_T), h = 1 … H. */
  readonly states: Marginals;
  /** p(o_{T+h}|o_1 … o_T): means [H, O], or [B, H, O] for a batch, and covariances [H, O, O]. */
  readonly observations: Marginals;
}

/**
 * Returns the distributions of the next H states and observations: the filter, to which the observations
 * after T are missing.
 *
 * @param observations o_1 … o_T, [T, O], or [B, T, O].
 * @param steps H.
 * @param options `inputs`: u_1 … u_{T+H}, the future ones included. A tensor of the model that changes over
 *   time has T + H entries.
 * @throws if H is not a positive integer, and as `filter` does.
 */
export function forecast(
  params: LinearGaussian,
  observations: tf.Tensor,
  steps: number,
  options: FilterOptions = {},
): Forecast {
  checkCount("linearGaussian.forecast", "steps", steps, 1);
  const batched = observations.rank === 3;
  return tree.tidy(() => {
    const shape = [...observations.shape];
    const axis = shape.length - 2;
    shape[axis] = steps;
    const all = tf.concat([observations, tf.fill(shape, NaN)], axis);
    checkFilter("linearGaussian.forecast", params, all, options.inputs);
    const { predicted } = filter(params, all, options);
    const last = (x: tf.Tensor): tf.Tensor => tf.slice(x, x.shape[0] - steps, steps); // time first
    const [means, covariances] = [last(timeFirst(predicted.means)), last(predicted.covariances)];
    const { varying, at } = sequenceOf(params, options.inputs, covarianceOf);
    const future = tree.map(last, varying);
    const each = Array.from({ length: steps }, (_, h) => {
      const entry = (x: tf.Tensor): tf.Tensor => tf.slice(x, h, 1).squeeze([0]);
      const { observation } = at(tree.map(entry, future));
      return {
        mean: mean(observation, entry(means)), //                                  C m + D u + d    [B, O]
        covariance: sandwich(observation.matrix, entry(covariances)).add(observation.noise), // C P Cᵀ + R
      };
    });
    return {
      states: { means: batchFirst(means, batched), covariances },
      observations: {
        means: batchFirst(tf.stack(each.map((x) => x.mean)), batched),
        covariances: tf.stack(each.map((x) => x.covariance)),
      },
    };
  });
}
