/**
 * Networks with random weights. Read in this order: 1. `network.ts`, the mean-field posterior and its
 * divergences; 2. `apply.ts`, three ways to draw outputs; 3. `bound.ts`, the evidence lower bound.
 */
export { apply, applyMean, sampleFunctions, type ApplyOptions, type WeightNoise } from "./apply";
export { elbo, loss, type BoundOptions, type BoundTerms, type LossBatch, type Pairs } from "./bound";
export {
  init,
  kl,
  posterior,
  type BayesianLayer,
  type BayesianNetwork,
  type BayesianNetworkOptions,
  type LayerPosterior,
  type MeanField,
  type WeightPrior,
} from "./network";
