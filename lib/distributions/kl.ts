import * as tf from "@tensorflow/tfjs";
import { detached } from "../core/tensor/grad";
import { broadcastShapes, showShape } from "../core/tensor/shape";
import { softplus } from "../core/tensor/special";
import { lowerTriangle, solveLower } from "../core/tensor/triangular";
import type { Bernoulli } from "./discrete/bernoulli";
import type { Poisson } from "./discrete/poisson";
import type { OneHotCategorical } from "./discrete/one-hot-categorical";
import type { Categorical } from "./discrete/categorical";
import { exponentialExcess, ratioExcess } from "../core/special/convex";
import type { Distribution } from "./base/distribution";
import { sumLast, type Independent } from "./composite/independent";
import type { Beta } from "./continuous/beta";
import type { Dirichlet } from "./continuous/dirichlet";
import type { Gamma } from "./continuous/gamma";
import type { Laplace } from "./continuous/laplace";
import { logDiagonal, type MultivariateNormal } from "./continuous/multivariate-normal";
import { klBeta, klDirichlet, klGamma, klPoisson } from "./divergences/gamma-family";
import type { Transformed } from "./composite/transformed";
import type { Normal } from "./continuous/normal";
import { klTruncatedNormal, type TruncatedNormal } from "./continuous/truncated-normal";
import { logWithin, type Uniform } from "./continuous/uniform";

/** (r − 1 − log r) + ½ (r − 1)² + ½ d², with r = σ_q/σ_p and d = (μ_q − μ_p)/σ_p; no term is negative. */
function klNormal(q: Normal, p: Normal): tf.Tensor {
  const excess = q.sigma.sub(p.sigma).div(p.sigma); // r − 1
  const shift = q.mu.sub(p.mu).div(p.sigma);
  const squares = excess.square().add(shift.square()).mul(0.5);
  return ratioExcess(excess, q.sigma.log().sub(p.sigma.log())).add(squares);
}

/** r (t − 1 + e⁻ᵗ) + (r − 1 − log r), with r = b_q/b_p and t = |μ_q − μ_p| / b_q. */
function klLaplace(q: Laplace, p: Laplace): tf.Tensor {
  const excess = q.scale.sub(p.scale).div(p.scale); // r − 1
  const distance = q.mu.sub(p.mu).abs().div(q.scale);
  const overlap = excess.add(1).mul(exponentialExcess(distance));
  return overlap.add(ratioExcess(excess, q.scale.log().sub(p.scale.log())));
}

/** log (w_p / w_q), with the widths w, where q's interval lies within p's; ∞ elsewhere. */
function klUniform(q: Uniform, p: Uniform): tf.Tensor {
  const distance = tf.minimum(q.low.sub(p.low), p.high.sub(q.high)); // negative where q extends beyond p
  const widths = p.high.sub(p.low).log().sub(q.high.sub(q.low).log());
  return widths.sub(detached(logWithin, distance));
}

/**
 * log(1 + q₁ (e^Δ − 1)) − q₁ Δ with Δ = l_p − l_q, where |Δ| < 1; q₁ log q₁/p₁ + q₀ log q₀/p₀ elsewhere,
 * with log p₁ = −softplus(−l) and log p₀ = −softplus(l).
 */
function klBernoulli(q: Bernoulli, p: Bernoulli): tf.Tensor {
  const change = p.logits.sub(q.logits);
  const near = change.clipByValue(-1, 1);
  const q1 = q.logits.sigmoid();
  const ones = softplus(p.logits.neg()).sub(softplus(q.logits.neg()));
  const zeros = softplus(p.logits).sub(softplus(q.logits));
  const far = q1.mul(ones).add(q.logits.neg().sigmoid().mul(zeros));
  const close = q1.mul(near.expm1()).log1p().sub(q1.mul(near));
  return tf.where(change.abs().less(1), close, far).maximum(0);
}

/**
 * Σ_k q_k log q_k/p_k = Σ_k q_k (t_k − 1 + e^−t_k) with t = log q − log p, in which no term is negative;
 * where q_k = 0, the term is p_k.
 */
function klCategorical(q: Categorical, p: Categorical): tf.Tensor {
  const [logQ, logP] = [q.logits.logSoftmax(), p.logits.logSoftmax()];
  const weights = logQ.exp();
  const isPossible = weights.greater(0);
  const ratio = tf.where(isPossible, logQ.sub(logP), 0);
  const near = ratio.abs().lessEqual(0.5);
  const close = weights.mul(exponentialExcess(tf.where(near, ratio, 0)));
  const far = weights.mul(ratio).sub(weights).add(logP.exp());
  return tf.where(near.logicalAnd(isPossible), close, far).sum(-1).maximum(0);
}

/** ½ (|L_p⁻¹ L_q|² + |L_p⁻¹ (μ_q − μ_p)|² − D) + log |L_p| − log |L_q|, |A|² the squared Frobenius norm. */
function klMultivariateNormal(q: MultivariateNormal, p: MultivariateNormal): tf.Tensor {
  // The columns of L_q as rows
  const columns = lowerTriangle(q.scaleTril).transpose(swapLast(q.scaleTril.rank));
  const ratio = solveLower(p.scaleTril.expandDims(-3), columns);
  const shift = solveLower(p.scaleTril, q.mu.sub(p.mu));
  const size = q.mu.shape.at(-1) ?? 0;
  const squares = ratio.square().sum([-2, -1]).add(shift.square().sum(-1));
  return squares.sub(size).mul(0.5).add(logDiagonal(p.scaleTril)).sub(logDiagonal(q.scaleTril)).maximum(0);
}

/** The permutation of axes that swaps the last two. */
function swapLast(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
}

/** Σ_e KL(q_e ‖ p_e); nested ones are taken apart first, so that they need not be nested alike. */
function klIndependent(q: Independent, p: Independent): tf.Tensor {
  const [innerQ, innerP] = [innermost(q), innermost(p)];
  return sumLast(kl(innerQ, innerP), q.eventShape.length - innerQ.eventShape.length);
}

function innermost(d: Distribution): Distribution {
  return d.kind === "independent" ? innermost((d as Independent).base) : d;
}

/** KL(q(x) ‖ p(x)): one function of both does not change the divergence. */
function klTransformed(q: Transformed, p: Transformed): tf.Tensor {
  if (q.bijector.forward !== p.bijector.forward)
    throw new Error(
      "kl: q and p must be transformed by the same bijector, got two; " +
        "estimate the divergence over draws with sampleAndLogProb",
    );
  return kl(q.base, p.base);
}

type ClosedForm = (q: Distribution, p: Distribution) => tf.Tensor;

/** The closed forms by the kinds of q and p. */
const closedForms = new Map<string, ClosedForm>();

/**
 * Registers a closed form for `kl`, of a pair of kinds of distributions; one of the library is replaced.
 *
 * @param kindQ the `kind` of q, such as "normal".
 * @param kindP the `kind` of p.
 * @param closedForm (q, p) → KL(q ‖ p) in nats, [...B]. It is called on distributions over outcomes of one
 *   shape, whose batches broadcast, inside `tf.tidy`.
 */
function register<Q extends Distribution, P extends Distribution>(
  kindQ: Q["kind"],
  kindP: P["kind"],
  closedForm: (q: Q, p: P) => tf.Tensor,
): void {
  // Safe, as the kind determines the type
  closedForms.set(`${kindQ} ‖ ${kindP}`, closedForm as unknown as ClosedForm);
}

register<Normal, Normal>("normal", "normal", klNormal);
register<Laplace, Laplace>("laplace", "laplace", klLaplace);
register<Uniform, Uniform>("uniform", "uniform", klUniform);
register<TruncatedNormal, TruncatedNormal>("truncatedNormal", "truncatedNormal", klTruncatedNormal);
register<Gamma, Gamma>("gamma", "gamma", klGamma);
register<Beta, Beta>("beta", "beta", klBeta);
register<Dirichlet, Dirichlet>("dirichlet", "dirichlet", klDirichlet);
register<Poisson, Poisson>("poisson", "poisson", klPoisson);
register<Bernoulli, Bernoulli>("bernoulli", "bernoulli", klBernoulli);
register<Categorical, Categorical>("categorical", "categorical", klCategorical);
register<OneHotCategorical, OneHotCategorical>("oneHotCategorical", "oneHotCategorical", (q, p) =>
  klCategorical(q.categories(), p.categories()),
);
register<MultivariateNormal, MultivariateNormal>(
  "multivariateNormal",
  "multivariateNormal",
  klMultivariateNormal,
);
register<Independent, Independent>("independent", "independent", klIndependent);
register<Transformed, Transformed>("transformed", "transformed", klTransformed);

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
  const closedForm = closedForms.get(`${q.kind} ‖ ${p.kind}`);
  if (closedForm === undefined)
    throw new Error(
      `kl: no closed form for ${q.kind} ‖ ${p.kind}, only for ` +
        `${Array.from(closedForms.keys()).join(", ")}; estimate it as the mean of ` +
        "q.logProb(z) - p.logProb(z) over draws z = q.sample(key, [S]), or register it with kl.register",
    );
  checkSameOutcomes(q, p);
  return tf.tidy(() => closedForm(q, p));
}

/** Registers a closed form for `kl`, of a pair of kinds of distributions. */
kl.register = register;

/** Whether `kl(q, p)` has a closed form, for distributions over the same outcomes. */
export function hasClosedForm(q: Distribution, p: Distribution): boolean {
  if (q.kind === "independent" && p.kind === "independent") return hasClosedForm(innermost(q), innermost(p));
  return closedForms.has(`${q.kind} ‖ ${p.kind}`);
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
        .sub(logDiagonal(q.scaleTril))
        .maximum(0);
    }
    if (q.kind === "independent")
      return sumLast(klStdNormal(q.base), q.base.batchShape.length - q.batchShape.length);
    const excess = q.sigma.sub(1);
    const squares = excess.square().add(q.mu.square()).mul(0.5);
    return ratioExcess(excess, q.sigma.log()).add(squares); // as in klNormal
  });
}
