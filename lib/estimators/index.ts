/**
 * Monte Carlo estimators of ∇_θ E_{q_θ(z)}[f(z, θ)] (Mohamed et al. 2020, "Monte Carlo gradient estimation in
 * machine learning").
 *
 * In: an `Objective` (a distribution q_θ and a cost f), parameters θ, a `Key`. Out: gradients, trees like θ.
 *
 * Read in this order:
 * 1. `estimator.ts`: the interfaces `Objective` and `Estimator`; an estimator returns a surrogate whose
 *    gradient is the estimate;
 * 2. `gradients.ts`: `gradientEstimate` and `gradientSamples`, which differentiate the surrogate;
 * 3. `pathwise.ts`, the shortest estimator, then `score-function.ts` with `baselines/`;
 * 4. `enumerate.ts`, `relaxed.ts` and `measure-valued.ts`, with `outcomes.ts` for finite distributions and
 *    `coordinates.ts` for one variable at a time.
 *
 * @module latent/estimators
 */
export { constantBaseline, leaveOneOut, noBaseline, type Baseline } from "./baselines/baseline";
export { enumerate } from "./enumerate";
export type { Estimator, Objective } from "./estimator";
export { gradientEstimate, gradientSamples } from "./gradients";
export * as learnedBaseline from "./baselines/learned-baseline";
export { measureValued, type WeaklyDifferentiable } from "./measure-valued";
export { optimalBaseline, type ParameterBaseline } from "./baselines/optimal-baseline";
export type { Finite } from "./outcomes";
export { pathwise } from "./pathwise";
export { relaxed } from "./relaxed";
export { scoreFunction } from "./score-function";
