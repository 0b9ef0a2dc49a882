import * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import { logMeanExp } from "../../core/tensor/special";
import type { Distribution } from "../../distributions/base/distribution";

/** The options of {@link naiveLogLikelihood}. */
export interface NaiveLikelihoodOptions {
  /** p(z). With a batch shape, each estimated number gets separate draws. */
  readonly prior: Distribution;
  /** log p(x|z) of draws from the prior: z [S, ...] → [S, ...B], in nats. */
  readonly logLikelihood: (z: tf.Tensor) => tf.Tensor;
  /** S, the number of draws. */
  readonly draws: number;
}

/**
 * Estimates log p(x) = log ∫ p(x|z) p(z) dz by log (1/S) Σ_s p(x|z_s), with z_s ~ p(z) (lecture, "How do we
 * train latent variable models?").
 *
 * The mean inside the logarithm is unbiased; its logarithm is biased by −Var(w) / (2 S p(x)²) to first order
 * in 1/S, with w = p(x|z) (delta method). If z has many dimensions, few draws fall where p(x|z) is large, and
 * Var(w) / p(x)² grows exponentially with the dimension.
 *
 * @returns [...B], in nats.
 * @throws if `draws` is not a positive integer, or if the first axis of the log-likelihoods is not [S].
 */
export function naiveLogLikelihood(
  key: random.Key,
  { prior, logLikelihood, draws }: NaiveLikelihoodOptions,
): tf.Tensor {
  checkCount("naiveLogLikelihood", "draws", draws, 1);
  return tf.tidy(() => {
    const z = prior.sample(key, [draws]); //         z_s ~ p(z)          [S, ...]
    const logW = logLikelihood(z); //                log p(x|z_s)        [S, ...B]
    if (logW.shape[0] !== draws)
      throw new Error(
        `naiveLogLikelihood: logLikelihood(z) must be [S=${draws}, ...], got ${showShape(logW.shape)}; ` +
          "keep the draws as the first axis",
      );
    return logMeanExp(logW, 0); //                   log (1/S) Σ_s w_s   [...B]
  });
}
