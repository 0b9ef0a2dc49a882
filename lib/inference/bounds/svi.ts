import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Reparameterized } from "../../distributions/base/distribution";
import { expectedBound } from "./expected-bound";

/**
 * Returns the evidence lower bound L(p, q) = E_{z~q}[log p(x, z)] + H(q) in nats, with the expectation
 * estimated by a mean over draws (Jordan et al. 1999; lecture, "The variational approximation").
 *
 * The entropy is exact and the draws are reparameterized, so the gradient is an unbiased estimate of that of
 * the bound, with respect to the parameters of p and of q. The gap to log p(x) is KL(q ‖ p(z|x)).
 *
 * With a q_i for each data point, the lecture's algorithm is gradient ascent on the mean of
 * `svi.elbo((z) => logJoint(theta, x_i, z), localNormal.posterior(q, i), key)` with respect to θ and q, over
 * minibatches of indices i: call `fit` with `data: tf.range(0, N, 1, "int32")`.
 *
 * @param logJoint log p(x, z) of draws: z [S, ...B, ...E] → [S, ...B]. The function closes over x.
 * @param q q(z), reparameterized and with a closed-form entropy, a batch [...B].
 * @param options `samples`: S, the number of draws, 1 by default.
 * @returns [...B], one bound for each member of the batch of q.
 * @throws if S is not a positive integer, or if log p(x, z) has another shape.
 */
export function elbo(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples = 1 }: { readonly samples?: number } = {},
): tf.Tensor {
  return expectedBound(logJoint, q, key, { samples, caller: "svi.elbo" });
}
