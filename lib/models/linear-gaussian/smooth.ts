import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import * as tree from "../../core/tensor/tree";
import { cholesky } from "../../core/tensor/triangular";
import { divideBySquare, filter, type Marginals } from "./filter";
import {
  batchFirst,
  checkObservations,
  covarianceOf,
  sandwich,
  timeFirst,
  type LinearGaussian,
} from "./model";

/**
 * The RTS smoother: returns p(x_t|o_1 … o_T) for each t (Rauch, Tung & Striebel 1965).
 *
 * It runs backwards from the last state, whose filtered and smoothed distributions are the same. The
 * covariances are sums of positive terms here too, and as inaccurate after a prior that is too vague (see
 * `filter`).
 *
 * @param observations [T, O], or [B, T, O].
 * @throws if the observations have a different shape.
 */
export function smooth(params: LinearGaussian, observations: tf.Tensor): Marginals {
  checkObservations("linearGaussian.smooth", params, observations);
  const batched = observations.rank === 3;
  const { matrix, scaleTril } = params.transition;
  return tree.tidy(() => {
    const { predicted, filtered } = filter(params, observations);
    const steps = filtered.covariances.shape[0];
    if (steps === 1) return tree.clone(filtered);
    const but = (x: tf.Tensor, skip: number): tf.Tensor => tf.slice(x, skip, steps - 1);
    const q = covarianceOf(scaleTril);
    const last = (x: tf.Tensor): tf.Tensor => tf.slice(x, steps - 1, 1).squeeze([0]);
    const [filteredMeans, predictedMeans] = [timeFirst(filtered.means), timeFirst(predicted.means)];
    const [end, before] = scan(
      (next, { mean, covariance, expected, spread }) => {
        const cross = tf.matMul(covariance, matrix, false, true); //          P_t Aᵀ
        const gain = divideBySquare(cross, cholesky(spread)); //              G = P_t Aᵀ P_{t+1|t}⁻¹
        const kept = tf.eye(gain.shape[0]).sub(tf.matMul(gain, matrix)); //   I − G A
        const noise = q.add(next.covariance); //              Q + P_{t+1|T}
        const smoothed = {
          mean: tf.add(mean, tf.matMul(next.mean.sub(expected), gain, false, true)),
          covariance: sandwich(kept, covariance).add(sandwich(gain, noise)),
        };
        return [smoothed, tree.clone(smoothed)] as const;
      },
      { mean: last(filteredMeans), covariance: last(filtered.covariances) },
      {
        mean: but(filteredMeans, 0),
        covariance: but(filtered.covariances, 0),
        expected: but(predictedMeans, 1),
        spread: but(predicted.covariances, 1),
      },
      { reverse: true },
    );
    tree.dispose(end);
    return {
      means: batchFirst(tf.concat([before.mean, tf.slice(filteredMeans, steps - 1, 1)]), batched),
      covariances: tf.concat([before.covariance, tf.slice(filtered.covariances, steps - 1, 1)]),
    };
  });
}
