import * as tf from "@tensorflow/tfjs";
import type * as random from "../../core/random";
import type { Distribution } from "../../distributions/base/distribution";
import type { Independent } from "../../distributions/composite/independent";
import { independent } from "../../distributions/composite/independent";
import { klStdNormal } from "../../distributions/kl";
import { normal, type Normal } from "../../distributions/continuous/normal";

/** The ELBO of each image and its two parts, in nats, each [B]: elbo = reconstruction − kl. */
export interface ElboTerms {
  readonly elbo: tf.Tensor;
  /** log p_θ(x|z) at one draw z ~ q_φ(z|x). */
  readonly reconstruction: tf.Tensor;
  /** KL(q_φ(z|x) ‖ p(z)), in closed form. */
  readonly kl: tf.Tensor;
}

/** p_θ(x|z) for latent vectors [N, Z]: a batch [N] of distributions. */
export type Likelihood = (z: tf.Tensor) => Distribution;

/** p(z) = N(0, I) over vectors [Z]. */
export const standardNormal = (size: number): Independent<Normal> =>
  independent(normal(tf.zeros([size]), tf.ones([size])));

/**
 * The bound at one reparameterized draw of q(z|x) for each row of x [B, ...], under the prior N(0, I).
 *
 * Kingma & Welling 2014, equation 10; lecture, "Another way to look at it".
 */
export function boundTerms(
  q: Independent<Normal>,
  likelihood: Likelihood,
  x: tf.Tensor,
  key: random.Key,
): ElboTerms {
  const z = q.sample(key); //                        z = μ + σ ⊙ ε,  ε ~ N(0, I)               [B, Z]
  const reconstruction = likelihood(z).logProb(x); // log p(x|z)                               [B]
  const kl = klStdNormal(q); //                      KL(q(z|x) ‖ p(z))                         [B]
  return { elbo: reconstruction.sub(kl), reconstruction, kl };
}

/** log p(x|z_k) + log p(z_k) − log q(z_k|x) for K draws z_k ~ q(z|x) of each row of x [B, ...]: [K, B]. */
export function importanceLogWeights(
  q: Independent<Normal>,
  likelihood: Likelihood,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
): tf.Tensor {
  const [rows, size] = [x.shape[0], q.eventShape[0] ?? 0];
  const z = q.sample(key, [draws]); //                                                         [K, B, Z]
  const p = likelihood(z.reshape([draws * rows, size])); //                                    [K·B]
  const repeated = tf.tile(x, [draws, ...x.shape.slice(1).map(() => 1)]); //                   [K·B, ...]
  const logLikelihood = p.logProb(repeated).reshape([draws, rows]);
  return logLikelihood.add(standardNormal(size).logProb(z)).sub(q.logProb(z));
}
