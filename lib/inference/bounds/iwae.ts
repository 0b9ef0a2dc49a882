import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../../core/tensor/grad";
import type { Key } from "../../core/random/key";
import { checkCount } from "../../core/numeric/check-number";
import { logMeanExp, logSumExp } from "../../core/tensor/special";
import { checkPerDraw } from "../../distributions/base/check-per-draw";
import type { Reparameterized } from "../../distributions/base/distribution";

/** The options of an importance-weighted bound. */
export interface IwaeOptions {
  /** K, the number of draws z_k; 1, the default, is the ELBO. */
  readonly samples?: number;
}

/**
 * Returns the importance-weighted bound log (1/K) Σ_k w_k with w_k = p(x, z_k) / q(z_k), z_k ~ q, in nats
 * (Burda et al. 2016, "Importance weighted autoencoders", equation 8).
 *
 * In expectation it increases with K, from the ELBO at K = 1 towards log p(x). Its gradient is unbiased with
 * respect to the parameters of p and of q, but the signal-to-noise ratio of that for q falls as K grows
 * (Rainforth et al. 2018, "Tighter variational bounds are not necessarily better"); `doublyReparameterized`
 * has the same expectation without this defect. To estimate log p(x) of many rows with thousands of draws,
 * call `importanceBound`, which works in chunks.
 *
 * @param logJoint log p(x, z) of draws: z [K, ...B, ...E] → [K, ...B].
 * @param q q(z|x), a batch [...B].
 * @returns [...B], in nats.
 * @throws if K is not a positive integer, or if log p(x, z) has another shape.
 */
export function bound(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples = 1 }: IwaeOptions = {},
): tf.Tensor {
  checkCount("iwae.bound", "samples", samples, 1);
  return tf.tidy(() => {
    const z = q.sample(key, [samples]); //                                   z_k ~ q          [K, ...B, ...E]
    const logW = jointOf("iwae.bound", logJoint, z, q).sub(q.logProb(z)); // log w_k          [K, ...B]
    return logMeanExp(logW, 0); //                                           log (1/K) Σ w_k  [...B]
  });
}

/**
 * Returns the same bound with the doubly reparameterized gradient (Tucker et al. 2019, "Doubly
 * reparameterized gradient estimators for Monte Carlo objectives", equation 8).
 *
 * With the normalized weights v_k = w_k / Σ_j w_j, the gradient with respect to
 *
 *     the parameters φ of q is  Σ_k v_k² (∂ log w_k / ∂z_k) (∂z_k / ∂φ);
 *     the parameters θ of p is  Σ_k v_k ∂ log p(x, z_k) / ∂θ, as for `bound`.
 *
 * Both are unbiased for the gradient of the bound's expectation. The gradient with respect to φ is zero for
 * every draw if q is the posterior, and its signal-to-noise ratio increases with K. It costs a second
 * evaluation of log p(x, z), because the weights must be known first. Draws with log p(x, z) = −∞ contribute
 * nothing, even where the gradient of log p is NaN.
 *
 * @param logJoint log p(x, z) of draws: z [K, ...B, ...E] → [K, ...B]; called twice.
 * @param q q(z|x), a batch [...B].
 * @returns [...B], in nats, equal to `bound` for the same key; differentiable once.
 * @throws if K is not a positive integer, or if log p(x, z) has another shape.
 */
export function doublyReparameterized(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples = 1 }: IwaeOptions = {},
): tf.Tensor {
  const caller = "iwae.doublyReparameterized";
  checkCount(caller, "samples", samples, 1);
  return tf.tidy(() => {
    const z = q.sample(key, [samples]); //                        z_k(φ, ε_k)              [K, ...B, ...E]
    const logWeights = (fixed: tf.Tensor): tf.Tensor =>
      jointOf(caller, logJoint, fixed, q).sub(q.logProb(fixed));
    const logW = detached(logWeights, z); //                      log w_k                  [K, ...B]
    const v = detached(normalized, logW); //                      v_k = w_k / Σ_j w_j      [K, ...B]
    const path = withGradientTimes(v, withinSupport(z, logW)); // z_k, whose gradient is multiplied by v_k
    const score = q.logProb(stopGradient(path)); // log q_φ(z_k) with z_k held fixed: the score term
    const along = logWeights(path).add(score); // has the gradient of log w_k without the score term
    const change = tf.where(isPossible(logW), along.sub(stopGradient(along)), 0); // 0, with that gradient
    return logMeanExp(logW, 0).add(v.mul(change).sum(0)); //      log (1/K) Σ w_k          [...B]
  });
}

/** v_k = w_k / Σ_j w_j, or 0 if all weights are 0. */
function normalized(logW: tf.Tensor): tf.Tensor {
  return logW.sub(logSumExp(logW, 0).maximum(-3e38)).exp(); // −∞ + ∞ would be NaN
}

/** Whether w_k > 0; true for NaN, which must stay visible. */
function isPossible(logW: tf.Tensor): tf.Tensor {
  return detached((x) => x.notEqual(-Infinity), logW);
}

/**
 * Replaces each draw of weight 0 by the draw with the largest weight: outside the support of p(x, z), the
 * gradient of its logarithm may be NaN, and so is 0 times it. The substitutes keep the weight 0.
 */
function withinSupport(z: tf.Tensor, logW: tf.Tensor): tf.Tensor {
  const perDraw = [...logW.shape, ...new Array<number>(z.rank - logW.rank).fill(1)]; // [K, ...B, 1, …]
  const numbers = tf.range(0, logW.shape[0], 1, "int32").reshape(logW.shape.map((n, i) => (i === 0 ? n : 1)));
  const isGreatest = detached((x) => numbers.equal(x.argMax(0)).cast("float32"), logW);
  const greatest = stopGradient(z).mul(isGreatest.reshape(perDraw)).sum(0); // [...B, ...E]
  return tf.where(isPossible(logW).reshape(perDraw), z, greatest);
}

/** Returns x, and multiplies its gradient by the weights v of the draws; v receives no gradient. */
function withGradientTimes(v: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, weights, save) => {
    const [value, w] = [input as tf.Tensor, weights as tf.Tensor];
    (save as tf.GradSaveFunc)([w]);
    return {
      value: value.clone(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept = w] = saved;
        const axes = dy.rank - kept.rank; // the number of event axes
        return [
          dy.mul(kept.reshape([...kept.shape, ...new Array<number>(axes).fill(1)])),
          tf.zerosLike(kept),
        ];
      },
    };
  })(x, v);
}

/** log p(x, z) of draws z [K, ...B, ...E], checked to be [K, ...B]. */
function jointOf(
  caller: string,
  logJoint: (z: tf.Tensor) => tf.Tensor,
  z: tf.Tensor,
  q: Reparameterized,
): tf.Tensor {
  const logP = logJoint(z);
  checkPerDraw(caller, "logJoint(z)", logP, q, z.shape[0]);
  return logP;
}
