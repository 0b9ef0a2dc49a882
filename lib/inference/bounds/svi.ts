import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random/key";
import type { Reparameterized } from "../../distributions/base/distribution";
import { expectedBound } from "./expected-bound";

/**
 * The evidence lower bound L(p, q) = E_{z~q}[log p(x, z)] + H(q) in nats, with the expectation as a mean over draws (Jordan et al. 1999;
 * lecture, "The variational approximation").
 *
 * The entropy is exact, and the draws are differentiable functions of q's parameters: the gradient is an unbiased estimate of the bound's
 * by the parameters of p and of q alike. log p(x) = L + KL(q ‖ p(z|x)) says how far below log p(x) it is.
 *
 * With a q_i for each data point, the lecture's algorithm is gradient ascent on the mean of
 * `svi.elbo((z) => logJoint(theta, x_i, z), localNormal.posterior(q, i), key)` by θ and by q, for minibatches of indices i, as
 * `fit` takes them from `data: tf.range(0, N, 1, "int32")`.
 *
 * @param logJoint log p(x, z) of draws z [S, ...B, ...E], [S, ...B]; x is the caller's business.
 * @param q q(z), reparameterized and with an entropy, a batch [...B].
 * @param options samples is S, the number of draws, 1 by default.
 * @returns [...B], one bound for each member of q.
 * @throws when log p(x, z) comes in another shape, as broadcasting would mix the draws.
 */
export function elbo(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  q: Reparameterized,
  key: Key,
  { samples = 1 }: { readonly samples?: number } = {},
): tf.Tensor {
  return expectedBound(logJoint, q, key, { samples, caller: "svi.elbo" });
}
