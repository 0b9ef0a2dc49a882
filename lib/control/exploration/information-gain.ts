import { checkAbove } from "../../core/numeric/check-number";
import { digammaOf } from "../../core/numeric/digamma";
import {
  choleskyFactor,
  choleskySolve,
  diagonalMatrix,
  dot,
  logDeterminant,
  plus,
} from "../../core/numeric/flat-matrix";

/** A normal distribution of F numbers. */
export interface NormalBelief {
  /** μ, [F]. */
  readonly mean: Float64Array;
  /** Σ, [F · F], positive definite; or the variances alone, [F], if they are independent. */
  readonly covariance: Float64Array;
}

/**
 * Returns the information that an observation gave, KL(after ‖ before) between the beliefs after and before
 * it, in nats. For successive variational posteriors it is the gain of VIME (Houthooft et al. 2016,
 * "Variational information maximizing exploration"). Its expectation over what is observed is the mutual
 * information.
 *
 * @throws if sizes do not fit together, or a covariance is not positive definite.
 */
export function informationGain(after: NormalBelief, before: NormalBelief): number {
  const caller = "exploration.informationGain";
  const size = before.mean.length;
  if (after.mean.length !== size)
    throw new Error(`${caller}: after.mean must have ${size} numbers, got ${after.mean.length}`);
  for (const [name, { covariance }] of Object.entries({ after, before }))
    if (covariance.length !== size && covariance.length !== size * size)
      throw new Error(
        `${caller}: ${name}.covariance must have ${size} or ${size * size} numbers, got ${covariance.length}`,
      );
  const shift = plus(after.mean, before.mean, -1);
  if (after.covariance.length === size && before.covariance.length === size)
    return diagonalGain(after.covariance, before.covariance, shift);
  const [covariance, q] = factored(`${caller}: after`, after.covariance, size);
  const [, p] = factored(`${caller}: before`, before.covariance, size);
  const ratio = choleskySolve(p, covariance, size); //                      Σ⁻¹ Σ′
  let trace = 0;
  for (let i = 0; i < size; i++) trace += ratio[i * (size + 1)] ?? NaN;
  const distance = dot(shift, choleskySolve(p, shift, size)); //            (μ′ − μ)ᵀ Σ⁻¹ (μ′ − μ)
  return 0.5 * (trace - size + distance + logDeterminant(p, size) - logDeterminant(q, size));
}

/** A covariance as a matrix, and its Cholesky factor. */
function factored(
  name: string,
  given: Float64Array,
  size: number,
): readonly [covariance: Float64Array, factor: Float64Array] {
  const covariance = given.length === size * size ? given : diagonalMatrix(given);
  const factor = choleskyFactor(covariance, size);
  if (factor === undefined) throw new Error(`${name}.covariance must be positive definite`);
  return [covariance, factor];
}

/** ½ Σ_i (σ′² / σ² − 1 − log(σ′² / σ²) + (μ′ − μ)² / σ²). */
function diagonalGain(after: Float64Array, before: Float64Array, shift: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < shift.length; i++) {
    const [v, old, d] = [after[i] ?? NaN, before[i] ?? NaN, shift[i] ?? NaN];
    if (!(v > 0 && old > 0))
      throw new Error(`exploration.informationGain: variances must be above 0, got ${v} and ${old} at ${i}`);
    const excess = (v - old) / old;
    sum += 0.5 * (excess - Math.log1p(excess) + (d * d) / old);
  }
  return sum;
}

/**
 * Returns the information that one reward y of a Bernoulli bandit's arm is expected to give about its
 * probability θ ~ Beta(α, β), in nats: the mutual information
 *
 *     I(θ; y) = m KL(Beta(α + 1, β) ‖ Beta(α, β)) + (1 − m) KL(Beta(α, β + 1) ‖ Beta(α, β)),  m = α / (α + β)
 *
 * (Russo & Van Roy 2014, "Learning to optimize via information-directed sampling", use it to choose arms).
 *
 * @throws if a parameter is not positive.
 */
export function bernoulliGain(alpha: number, beta: number): number {
  checkAbove("exploration.bernoulliGain", "alpha", alpha);
  checkAbove("exploration.bernoulliGain", "beta", beta);
  const total = alpha + beta;
  return (alpha * oneMore(alpha, total) + beta * oneMore(beta, total)) / total;
}

/** KL(Beta(a + 1, n − a) ‖ Beta(a, n − a)) = log(n / a) + ψ(a + 1) − ψ(n + 1). */
function oneMore(a: number, n: number): number {
  return Math.log(n / a) + digammaOf(a + 1) - digammaOf(n + 1);
}

/**
 * Returns the information that one reward y ~ N(θ, noise²) is expected to give about an arm's mean θ ~ N(μ,
 * sd²), in nats: ½ log(1 + sd² / noise²).
 *
 * @throws if a standard deviation is not positive.
 */
export function normalGain(sd: number, noise: number): number {
  checkAbove("exploration.normalGain", "sd", sd);
  checkAbove("exploration.normalGain", "noise", noise);
  return 0.5 * Math.log1p((sd / noise) ** 2);
}
