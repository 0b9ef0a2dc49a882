/**
 * Divergences of the distributions whose normalizers are gamma functions, as sums of convex functions of
 * ratios: the leading terms of log Γ, by Stirling's formula, cancel exactly.
 */
import * as tf from "@tensorflow/tfjs";
import { exponentialExcess, ratioExcess } from "../../core/special/convex";
import { stirlingError, stirlingErrorSlope } from "../../core/special/stirling";
import { broadcastTo } from "../../core/tensor/broadcast";
import { broadcastShapes } from "../../core/tensor/shape";
import type { Beta } from "../continuous/beta";
import type { Dirichlet } from "../continuous/dirichlet";
import type { Gamma } from "../continuous/gamma";
import type { Poisson } from "../discrete/poisson";

/** r − 1 − log r of r = a / b. */
function excessOf(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return ratioExcess(a.sub(b).div(b), a.log().sub(b.log()));
}

/**
 * g(p) − g(q) − (p − q) g′(q) for g(y) = log Γ(y) − y log y + y, elementwise: the Bregman divergence of
 * −½ log y, plus that of Stirling's error δ.
 */
function remainder(p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  const ofError = stirlingError(p)
    .sub(stirlingError(q))
    .sub(p.sub(q).mul(stirlingErrorSlope(q)));
  return excessOf(p, q).mul(0.5).add(ofError);
}

/** α_p (κ − 1 − log κ) + the remainder of log Γ, with the ratio of means κ = (α_q / β_q) / (α_p / β_p). */
export function klGamma(q: Gamma, p: Gamma): tf.Tensor {
  const means = excessOf(q.concentration.mul(p.rate), p.concentration.mul(q.rate));
  return p.concentration.mul(means).add(remainder(p.concentration, q.concentration)).maximum(0);
}

/**
 * KL between Dirichlet distributions with concentrations [..., K], to [...].
 *
 * Σ_k α_pk (t_k − 1 + e^−t_k) with t = log m_p − log m_q of the means m, plus the remainders of log Γ of each
 * α_k, less that of their sums n.
 */
function dirichletDivergence(q: tf.Tensor, p: tf.Tensor): tf.Tensor {
  const [sumQ, sumP] = [q.sum(-1, true), p.sum(-1, true)];
  const t = p.log().sub(q.log()).sub(sumP.log().sub(sumQ.log()));
  const parts = p.mul(exponentialExcess(t)).add(remainder(p, q)).sum(-1);
  return parts.sub(remainder(sumP, sumQ).squeeze([-1])).maximum(0);
}

/** Σ_k α_pk log m_pk / m_qk + the remainders of log Γ. */
export function klDirichlet(q: Dirichlet, p: Dirichlet): tf.Tensor {
  return dirichletDivergence(q.concentration, p.concentration);
}

/** The same as of Dirichlet distributions over two probabilities. */
export function klBeta(q: Beta, p: Beta): tf.Tensor {
  const batchShape = broadcastShapes("kl", q.batchShape, p.batchShape);
  const both = ({ alpha, beta }: Beta): tf.Tensor =>
    tf.stack([broadcastTo(alpha, batchShape), broadcastTo(beta, batchShape)], -1);
  return dirichletDivergence(both(q), both(p));
}

/** λ_q (κ − 1 − log κ) with κ = λ_p / λ_q. */
export function klPoisson(q: Poisson, p: Poisson): tf.Tensor {
  return q.rate.mul(excessOf(p.rate, q.rate));
}
