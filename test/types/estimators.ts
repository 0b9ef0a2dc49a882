/** Type tests: what the compiler must accept and reject. `tsc` checks this file, nothing runs it. */
import type { Key, tf } from "latent";
import {
  bernoulli,
  categorical,
  independent,
  type Independent,
  klStdNormal,
  laplace,
  normal,
  type Normal,
  type Reparameterized,
} from "latent/distributions";
import {
  constantBaseline,
  enumerate,
  gradientEstimate,
  gradientSamples,
  measureValued,
  type Objective,
  optimalBaseline,
  pathwise,
  relaxed,
  scoreFunction,
} from "latent/estimators";

declare const key: Key;
declare const x: tf.Tensor;
const params = { mu: x, sigma: x };
function f(z: tf.Tensor): tf.Tensor {
  return z.square();
}

// An independent distribution is reparameterized if and only if its base is
export const diagonal: Reparameterized & Independent<Normal> = independent(normal(x, x));
export const nested: Reparameterized = independent(independent(normal(x, x)), 2);
export const base: Normal = diagonal.base;
// @ts-expect-error independent Bernoulli variables are not reparameterized
export const coins: Reparameterized = independent(bernoulli(x));
// @ts-expect-error a categorical distribution is not reparameterized
export const dice: Reparameterized = categorical(x);

// The pathwise estimator accepts reparameterized distributions only, the score function estimator all
export const gradients = [
  gradientSamples(pathwise(), { q: (p) => normal(p.mu, p.sigma), f }, params, key, 5),
  gradientSamples(pathwise(), { q: (p) => independent(normal(p.mu, p.sigma)), f }, params, key, 5),
  gradientSamples(scoreFunction(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  gradientEstimate(scoreFunction(), { q: (p) => normal(p.mu, p.sigma), f }, params, key),
  // @ts-expect-error Bernoulli draws are not reparameterized
  gradientSamples(pathwise(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  // @ts-expect-error neither are categorical draws
  gradientEstimate(pathwise(), { q: (p) => categorical(p.mu), f }, params, key),
  // @ts-expect-error neither are independent Bernoulli draws
  gradientEstimate(pathwise(), { q: (p) => independent(bernoulli(p.mu)), f }, params, key),
];

// Enumeration and relaxation accept finite distributions, weak derivatives also normal ones
export const byOutcomes = [
  gradientSamples(enumerate(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  gradientSamples(enumerate(), { q: (p) => independent(categorical(p.mu)), f }, params, key, 5),
  gradientEstimate(relaxed({ temperature: 1 }), { q: (p) => categorical(p.mu), f }, params, key),
  gradientEstimate(measureValued(), { q: (p) => independent(bernoulli(p.mu)), f }, params, key),
  gradientEstimate(measureValued(), { q: (p) => independent(normal(p.mu, p.sigma)), f }, params, key),
  // @ts-expect-error the outcomes of a normal distribution cannot be enumerated
  gradientSamples(enumerate(), { q: (p) => normal(p.mu, p.sigma), f }, params, key, 5),
  // @ts-expect-error a normal distribution needs no relaxation
  gradientEstimate(relaxed({ temperature: 1 }), { q: (p) => normal(p.mu, p.sigma), f }, params, key),
  // @ts-expect-error weak derivatives of the Laplace distribution are not implemented
  gradientEstimate(measureValued(), { q: (p) => laplace(p.mu, p.sigma), f }, params, key),
];
// @ts-expect-error a relaxation has no default temperature
export const withoutTemperature = relaxed({});

// A baseline is a function of the costs, or a baseline per parameter
export const withBaselines = [
  scoreFunction({ baseline: constantBaseline(3) }),
  scoreFunction({ baseline: optimalBaseline }),
  // @ts-expect-error a number is not a baseline
  scoreFunction({ baseline: 3 }),
];

// The gradients have the type of the parameters
export const mu: tf.Tensor = gradientSamples(
  pathwise(),
  { q: (p) => normal(p.mu, p.sigma), f },
  params,
  key,
  5,
).mu;

// An objective with a wider q is not accepted where a reparameterized q is required
declare const anyObjective: Objective<typeof params>;
// @ts-expect-error its q may be discrete
export const narrowed: Objective<typeof params, Reparameterized> = anyObjective;

export const divergence = klStdNormal(diagonal);
// @ts-expect-error klStdNormal is not defined for Bernoulli distributions
export const noDivergence = klStdNormal(independent(bernoulli(x)));
