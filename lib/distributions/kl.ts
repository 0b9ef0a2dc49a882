import * as tf from "@tensorflow/tfjs";
import { detached } from "../core/tensor/grad";
import { broadcastShapes, showShape } from "../core/tensor/shape";
import { softplus } from "../core/tensor/special";
import { lowerTriangle, solveLower } from "../core/tensor/triangular";
import type { Bernoulli } from "./discrete/bernoulli";
import type { Categorical } from "./discrete/categorical";
import type { Distribution } from "./base/distribution";
import { sumLast, type Independent } from "./composite/independent";
import type { Laplace } from "./continuous/laplace";
import { logDiagonal, type MultivariateNormal } from "./continuous/multivariate-normal";
import type { Normal } from "./continuous/normal";
import { logWithin, type Uniform } from "./continuous/uniform";

/** ½ (r² + d² − 1) − log r, with r = σ_q/σ_p and d = (μ_q − μ_p)/σ_p. */
function klNormal(q: Normal, p: Normal): tf.Tensor {
  const ratio = q.sigma.div(p.sigma);
  const shift = q.mu.sub(p.mu).div(p.sigma);
  return ratio.square().add(shift.square()).sub(1).mul(0.5).sub(ratio.log());
}

/** |d| / b_p + (b_q / b_p) e^{−|d| / b_q} − 1 − log (b_q / b_p), with d = μ_q − μ_p. */
function klLaplace(q: Laplace, p: Laplace): tf.Tensor {
  const ratio = q.scale.div(p.scale);
  const distance = q.mu.sub(p.mu).abs();
  const overlap = ratio.mul(distance.div(q.scale).neg().exp());
  return distance.div(p.scale).add(overlap).sub(1).sub(ratio.log());
}

/** log (w_p / w_q), with the widths w, where q's interval lies within p's; ∞ elsewhere. */
function klUniform(q: Uniform, p: Uniform): tf.Tensor {
  const distance = tf.minimum(q.low.sub(p.low), p.high.sub(q.high)); // negative where q extends beyond p
  const widths = p.high.sub(p.low).log().sub(q.high.sub(q.low).log());
  return widths.sub(detached(logWithin, distance));
}

/** q₁ log q₁/p₁ + q₀ log q₀/p₀, with log p₁ = −softplus(−l) and log p₀ = −softplus(l). */
function klBernoulli(q: Bernoulli, p: Bernoulli): tf.Tensor {
  const ones = softplus(p.logits.neg()).sub(softplus(q.logits.neg()));
  const zeros = softplus(p.logits).sub(softplus(q.logits));
  return q.logits.sigmoid().mul(ones).add(q.logits.neg().sigmoid().mul(zeros));
}

/** Σ_k q_k log q_k/p_k. */
function klCategorical(q: Categorical, p: Categorical): tf.Tensor {
  return q.probs().mul(q.logits.logSoftmax().sub(p.logits.logSoftmax())).sum(-1);
}

/** ½ (|L_p⁻¹ L_q|² + |L_p⁻¹ (μ_q − μ_p)|² − D) + log |L_p| − log |L_q|, |A|² the squared Frobenius norm. */
function klMultivariateNormal(q: MultivariateNormal, p: MultivariateNormal): tf.Tensor {
  // The columns of L_q as rows
  const columns = lowerTriangle(q.scaleTril).transpose(swapLast(q.scaleTril.rank));
  const ratio = solveLower(p.scaleTril.expandDims(-3), columns);
  const shift = solveLower(p.scaleTril, q.mu.sub(p.mu));
  const size = q.mu.shape.at(-1) ?? 0;
  const squares = ratio.square().sum([-2, -1]).add(shift.square().sum(-1));
  return squares.sub(size).mul(0.5).add(logDiagonal(p.scaleTril)).sub(logDiagonal(q.scaleTril));
}

/** The permutation of axes that swaps the last two. */
function swapLast(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
}

/** Σ_e KL(q_e ‖ p_e). */
function klIndependent(q: Independent, p: Independent): tf.Tensor {
  return sumLast(kl(q.base, p.base), q.base.batchShape.length - q.batchShape.length);
}

type ClosedForm = (q: Distribution, p: Distribution) => tf.Tensor;

/** The closed forms by the kinds of q and p. The casts are safe, as `kind` determines the type. */
const closedForms: Readonly<Record<string, ClosedForm>> = {
  "normal ‖ normal": klNormal as ClosedForm,
  "laplace ‖ laplace": klLaplace as ClosedForm,
  "uniform ‖ uniform": klUniform as ClosedForm,
  "bernoulli ‖ bernoulli": klBernoulli as ClosedForm,
  "categorical ‖ categorical": klCategorical as ClosedForm,
  "multivariateNormal ‖ multivariateNormal": klMultivariateNormal as ClosedForm,
  "independent ‖ independent": klIndependent as ClosedForm,
};

/**
 * Returns KL(q ‖ p) = E_q[log q(x) − log p(x)] in nats, in closed form.
 *
 * @param q the distribution that the expectation is under.
 * @param p a distribution of the same kind over outcomes of the same shape; the batches broadcast.
 * @returns the divergence of each member of the batch, [...B].
 * @throws if there is no closed form for the pair, if the outcomes differ, or if the batches do not
 *   broadcast.
 */
export function kl(q: Distribution, p: Distribution): tf.Tensor {
  const closedForm = closedForms[`${q.kind} ‖ ${p.kind}`];
  if (closedForm === undefined)
    throw new Error(
      `kl: no closed form for ${q.kind} ‖ ${p.kind}, only for ${Object.keys(closedForms).join(", ")}; ` +
        "estimate it as the mean of q.logProb(z) - p.logProb(z) over draws z = q.sample(key, [S])",
    );
  checkSameOutcomes(q, p);
  return tf.tidy(() => closedForm(q, p));
}

function checkSameOutcomes(q: Distribution, p: Distribution): void {
  const [a, b] = [outcomes(q), outcomes(p)];
  if (a !== b) throw new Error(`kl: q and p must have the same outcomes, got q over ${a}, p over ${b}`);
  broadcastShapes("kl", q.batchShape, p.batchShape);
}

function outcomes(d: Distribution): string {
  return d.kind === "categorical"
    ? `${String((d as Categorical).logits.shape.at(-1))} categories`
    : showShape(d.eventShape);
}

/**
 * Returns KL(q ‖ N(0, I)) in nats, the divergence of an encoder's q(z|x) from the standard normal prior
 * (Kingma & Welling 2014, appendix B).
 *
 * @param q a normal, an independent normal or a multivariate normal distribution.
 * @returns ½ Σ_e (μ² + σ² − 1 − log σ²), summed over the event axes, [...B]; for a covariance Σ = L Lᵀ it is
 *   ½ (|μ|² + |L|² − D) − log |L|.
 */
export function klStdNormal(q: Normal | Independent<Normal> | MultivariateNormal): tf.Tensor {
  return tf.tidy(() => {
    if (q.kind === "multivariateNormal") {
      const squares = lowerTriangle(q.scaleTril).square().sum([-2, -1]).add(q.mu.square().sum(-1));
      return squares
        .sub(q.eventShape[0] ?? 0)
        .mul(0.5)
        .sub(logDiagonal(q.scaleTril));
    }
    if (q.kind === "independent")
      return sumLast(klStdNormal(q.base), q.base.batchShape.length - q.batchShape.length);
    return q.mu.square().add(q.sigma.square()).sub(1).mul(0.5).sub(q.sigma.log());
  });
}
