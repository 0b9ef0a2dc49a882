/**
 * Inference of latent variables: bounds of log p(x), expectation maximization, local and amortized
 * variational inference.
 *
 * In: log p(x, z) as a function of draws z, or an E-step and an M-step; data as tensors; a `Key`. Out: bounds
 * in nats, one per data point; fitted parameters; approximate posteriors as distributions.
 *
 * Read in this order:
 * 1. `em.ts`: expectation maximization, with exact or sampled E-steps;
 * 2. `bounds/`: `naive-likelihood.ts` (log p(x) by draws from the prior), `svi.ts` (the ELBO;
 *    `expected-bound.ts` computes it, for `amortized.ts` too), `iwae.ts` (the importance-weighted bound, for
 *    training), `importance.ts` (the same bound from log-weights, in chunks, for evaluation);
 * 3. `local/`: a q_i for each data point, with diagonal or full covariance;
 * 4. `amortized.ts`: one encoder for all data points, its refinement, and its gap to the best q_i.
 *
 * @module latent/inference
 */
export * as amortized from "./amortized";
export type { InferenceGaps, LogJoint, RefineOptions } from "./amortized";
export * from "./em";
export * from "./bounds/importance";
export * as iwae from "./bounds/iwae";
export type { IwaeOptions } from "./bounds/iwae";
export * as localMultivariateNormal from "./local/local-multivariate-normal";
export type { LocalMultivariateNormal } from "./local/local-multivariate-normal";
export * as localNormal from "./local/local-normal";
export type { LocalNormal } from "./local/local-normal";
export * from "./bounds/naive-likelihood";
export * as svi from "./bounds/svi";
