import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../../core/tensor/grad";
import type { Key } from "../../core/random/key";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import { logMeanExp, logSumExp } from "../../core/tensor/special";
import type { Reparameterized } from "../../distributions/base/distribution";

/** How many draws z_k an importance-weighted bound has. */
export interface IwaeOptions {
  /** K, 1 by default, which is the ELBO. */
  readonly samples?: number;
}

/**
 * The importance-weighted bound log (1/K) Σ_k w_k with w_k = p(x, z_k) / q(z_k), z_k ~ q, in nats (Burda et al. 2016, "Importance
 * weighted autoencoders", equation 8).
 *
 * In expectation it rises with K, from the ELBO at K = 1 towards log p(x). Its gradient is unbiased for the parameters of p and of q
 * alike, but the part for q drowns in noise as K grows (Rainforth et al. 2018, "Tighter variational bounds are not necessarily
 * better"): `doublyReparameterized` has the same expectation without that. To estimate log p(x) of many rows by thousands of draws,
 * call `importanceBound`, which works in pieces.
 *
 * @param logJoint log p(x, z) of draws z [K, ...B, ...E], [K, ...B].
 * @param q q(z|x), a batch [...B].
 * @returns [...B].
 * @throws when log p(x, z) comes in another shape, as broadcasting would mix the draws, or K < 1.
 */
export function bound(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples = 1 }: IwaeOptions = {},
): tf.Tensor {
  checkCount("iwae.bound", "samples", samples, 1);
  return tf.tidy(() => {
    const z = q.sample(key, [samples]); //                                          z_k ~ q          [K, ...B, ...E]
    const logW = jointOf("iwae.bound", logJoint, z, q).sub(q.logProb(z)); //        log w_k          [K, ...B]
    return logMeanExp(logW, 0); //                                                  log (1/K) Σ w_k  [...B]
  });
}

/**
 * The same bound with the doubly reparameterized gradient (Tucker et al. 2019, "Doubly reparameterized gradient estimators for Monte
 * Carlo objectives", equation 8).
 *
 * With the normalised weights v_k = w_k / Σ_j w_j the gradient is
 *
 *     by q's parameters φ:  Σ_k v_k² (∂ log w_k / ∂z_k) (∂z_k / ∂φ)
 *     by p's parameters θ:  Σ_k v_k ∂ log p(x, z_k) / ∂θ, as that of `bound`
 *
 * Both are unbiased for the gradient of the bound's expectation. That by φ is zero in every draw once q is the posterior, and its
 * signal-to-noise ratio rises with K. It costs one evaluation of log p(x, z) more, as the weights must be known beforehand. Draws
 * outside the support of p(x, z), where its logarithm is −∞, count for nothing, whether or not it has a gradient there.
 *
 * @param logJoint log p(x, z) of draws z [K, ...B, ...E], [K, ...B]; called twice.
 * @param q q(z|x), a batch [...B].
 * @returns [...B], with the values that `bound` has for the same key; differentiable once.
 * @throws when log p(x, z) comes in another shape, or K < 1.
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
    const z = q.sample(key, [samples]); //                         z_k(φ, ε_k)              [K, ...B, ...E]
    const logW = detached((fixed) => jointOf(caller, logJoint, fixed, q).sub(q.logProb(fixed)), z); // log w_k  [K, ...B]
    const v = detached(normalized, logW); //                       v_k = w_k / Σ_j w_j      [K, ...B]
    const path = withGradientTimes(v, withinSupport(z, logW)); //  z_k, with v_k on its way back to φ
    const score = q.logProb(stopGradient(path)); //                log q_φ at z_k held fixed: what is to be left out
    const along = jointOf(caller, logJoint, path, q).sub(q.logProb(path)).add(score); // ∇ log w_k but for the score
    const change = tf.where(isPossible(logW), along.sub(stopGradient(along)), 0); //     0, with that gradient
    return logMeanExp(logW, 0).add(v.mul(change).sum(0)); //       log (1/K) Σ w_k          [...B]
  });
}

/** v_k = w_k / Σ_j w_j; 0 where all are 0. */
const normalized = (logW: tf.Tensor): tf.Tensor => logW.sub(logSumExp(logW, 0).maximum(-3e38)).exp(); // −∞ + ∞ is no number

/** Whether w_k > 0; a NaN counts, so that it is not hidden. */
const isPossible = (logW: tf.Tensor): tf.Tensor => detached((x) => x.notEqual(-Infinity), logW);

/**
 * The draws, but in place of those with a weight of 0 the one with the greatest: outside the support of p(x, z) its logarithm may have
 * no gradient, and 0 times that is NaN. With their weight of 0 the substitutes count for nothing.
 */
function withinSupport(z: tf.Tensor, logW: tf.Tensor): tf.Tensor {
  const perDraw = [...logW.shape, ...new Array<number>(z.rank - logW.rank).fill(1)]; // [K, ...B, 1, …]
  const numbers = tf.range(0, logW.shape[0], 1, "int32").reshape(logW.shape.map((n, i) => (i === 0 ? n : 1)));
  const isGreatest = detached((x) => numbers.equal(x.argMax(0)).cast("float32"), logW);
  const greatest = stopGradient(z).mul(isGreatest.reshape(perDraw)).sum(0); //                         [...B, ...E]
  return tf.where(isPossible(logW).reshape(perDraw), z, greatest);
}

/** x itself, whose gradient is multiplied by the weights v of its draws on the way back. */
const withGradientTimes = (v: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.customGrad((input, weights, save) => {
    const [value, w] = [input as tf.Tensor, weights as tf.Tensor];
    (save as tf.GradSaveFunc)([w]);
    return {
      value: value.clone(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept = w] = saved;
        const axes = dy.rank - kept.rank; // those of an outcome
        return [
          dy.mul(kept.reshape([...kept.shape, ...new Array<number>(axes).fill(1)])),
          tf.zerosLike(kept),
        ];
      },
    };
  })(x, v);

/** log p(x, z) of draws, checked to have one number for each. */
function jointOf(
  caller: string,
  logJoint: (z: tf.Tensor) => tf.Tensor,
  z: tf.Tensor,
  q: Reparameterized,
): tf.Tensor {
  const logP = logJoint(z);
  const expected = showShape([z.shape[0], ...q.batchShape]);
  if (showShape(logP.shape) !== expected)
    throw new Error(
      `${caller}: logJoint(z) must be ${expected}, one number for each draw and each member of the batch of q, ` +
        `got ${showShape(logP.shape)}`,
    );
  return logP;
}
