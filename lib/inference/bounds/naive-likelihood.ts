import * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import { logMeanExp } from "../../core/tensor/special";
import type { Distribution } from "../../distributions/base/distribution";

/** What `naiveLogLikelihood` needs to know. */
export interface NaiveLikelihoodOptions {
  /** p(z). Give it a batch shape for draws of their own for each number that is estimated. */
  readonly prior: Distribution;
  /** log p(x|z) of draws from the prior: z [S, ...] → [S, ...B], in nats. */
  readonly logLikelihood: (z: tf.Tensor) => tf.Tensor;
  /** S, the number of draws. */
  readonly draws: number;
}

/**
 * Approximates log p(x) = log ∫ p(x|z) p(z) dz with log (1/S) Σ_s p(x|z_s), z_s ~ p(z); requires a prior that can be drawn from
 * (lecture, "How do we train latent variable models?").
 *
 * The mean inside the logarithm is unbiased. The logarithm of it is too low, by Var(w) / (2 S p(x)²) to first order in 1/S, where
 * w = p(x|z): the delta method. Few draws fall where p(x|z) is large when z has many dimensions, and Var(w) / p(x)² grows exponentially.
 *
 * @returns [...B], in nats.
 * @throws when `draws` is not a whole number of at least 1, or `logLikelihood` does not give one number or more for each draw.
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
        `naiveLogLikelihood: logLikelihood must give [S=${draws}, ...], got ${showShape(logW.shape)}; ` +
          "keep the draws as the first axis",
      );
    return logMeanExp(logW, 0); //                   log (1/S) Σ_s w_s   [...B]
  });
}
