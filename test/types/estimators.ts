/** What the compiler must accept and refuse; `tsc` reads this file, nothing runs it. */
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
const f = (z: tf.Tensor): tf.Tensor => z.square();

// Independent distributions are reparameterized exactly if their base is
export const diagonal: Reparameterized & Independent<Normal> = independent(normal(x, x));
export const nested: Reparameterized = independent(independent(normal(x, x)), 2);
export const base: Normal = diagonal.base;
// @ts-expect-error independent Bernoulli variables are not reparameterized
export const coins: Reparameterized = independent(bernoulli(x));
// @ts-expect-error a categorical distribution is not reparameterized
export const dice: Reparameterized = categorical(x);

// The pathwise estimator takes reparameterized distributions alone, the score function estimator takes all
export const gradients = [
  gradientSamples(pathwise(), { q: (p) => normal(p.mu, p.sigma), f }, params, key, 5),
  gradientSamples(pathwise(), { q: (p) => independent(normal(p.mu, p.sigma)), f }, params, key, 5),
  gradientSamples(scoreFunction(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  gradientEstimate(scoreFunction(), { q: (p) => normal(p.mu, p.sigma), f }, params, key),
  // @ts-expect-error Bernoulli draws have no path
  gradientSamples(pathwise(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  // @ts-expect-error nor have categorical ones
  gradientEstimate(pathwise(), { q: (p) => categorical(p.mu), f }, params, key),
  // @ts-expect-error nor have independent Bernoulli ones
  gradientEstimate(pathwise(), { q: (p) => independent(bernoulli(p.mu)), f }, params, key),
];

// Sums over outcomes and relaxations take finite distributions, weak derivatives these and normal ones
export const byOutcomes = [
  gradientSamples(enumerate(), { q: (p) => bernoulli(p.mu), f }, params, key, 5),
  gradientSamples(enumerate(), { q: (p) => independent(categorical(p.mu)), f }, params, key, 5),
  gradientEstimate(relaxed({ temperature: 1 }), { q: (p) => categorical(p.mu), f }, params, key),
  gradientEstimate(measureValued(), { q: (p) => independent(bernoulli(p.mu)), f }, params, key),
  gradientEstimate(measureValued(), { q: (p) => independent(normal(p.mu, p.sigma)), f }, params, key),
  // @ts-expect-error the outcomes of a normal distribution cannot be listed
  gradientSamples(enumerate(), { q: (p) => normal(p.mu, p.sigma), f }, params, key, 5),
  // @ts-expect-error nor is there anything to relax
  gradientEstimate(relaxed({ temperature: 1 }), { q: (p) => normal(p.mu, p.sigma), f }, params, key),
  // @ts-expect-error of Laplace's distribution no weak derivative is known here
  gradientEstimate(measureValued(), { q: (p) => laplace(p.mu, p.sigma), f }, params, key),
];
// @ts-expect-error a relaxation has no temperature of its own
export const withoutTemperature = relaxed({});

// A baseline is a function of the costs, or one for each parameter
export const withBaselines = [
  scoreFunction({ baseline: constantBaseline(3) }),
  scoreFunction({ baseline: optimalBaseline }),
  // @ts-expect-error a number alone is none
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

// An objective with a wider q does not fit where a reparameterized one is asked for
declare const anyObjective: Objective<typeof params>;
// @ts-expect-error its q may be discrete
export const narrowed: Objective<typeof params, Reparameterized> = anyObjective;

export const divergence = klStdNormal(diagonal);
// @ts-expect-error there is no such divergence of coins
export const noDivergence = klStdNormal(independent(bernoulli(x)));
