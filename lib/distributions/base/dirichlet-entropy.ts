import type * as tf from "@tensorflow/tfjs";
import { stirlingError, stirlingErrorSlope } from "../../core/special/stirling";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Returns log B(α) − Σ_k (α_k − 1) ψ(α_k) + (n − K) ψ(n) with n = Σ_k α_k, the entropy of Dirichlet(α) in
 * nats, [..., K] to [...].
 *
 * Written with Stirling's error δ, so that the terms of order α log α cancel: a sum over k of ½ log α_k + ½ −
 * 1/2α_k + δ(α_k) − (α_k − 1) δ′(α_k) + ½ log 2π, less (K − ½) log n + ½ − K/2n + δ(n) − (n − K) δ′(n) + ½
 * log 2π.
 */
export function dirichletEntropy(alpha: tf.Tensor): tf.Tensor {
  const count = alpha.shape.at(-1) ?? 0;
  const n = alpha.sum(-1);
  const parts = alpha
    .log()
    .mul(0.5)
    .sub(alpha.mul(2).reciprocal())
    .add(stirlingError(alpha))
    .sub(alpha.sub(1).mul(stirlingErrorSlope(alpha)))
    .sum(-1);
  const whole = n
    .log()
    .mul(count - 0.5)
    .sub(n.reciprocal().mul(count / 2))
    .add(stirlingError(n))
    .sub(n.sub(count).mul(stirlingErrorSlope(n)));
  return parts.sub(whole).add((count - 1) * (HALF_LOG_TWO_PI + 0.5));
}
