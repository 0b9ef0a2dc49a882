/**
 * Conditional variational autoencoders, p(y|x) = ∫ p(y|x, z) p(z|x) dz. Read in this order: 1. `networks.ts`,
 * the bound, the weights and the draws for any three networks; 2. `model.ts`, a model of vectors.
 */
export { elbo, elboTerms, logProb, logWeights, sample } from "./networks";
export type { CvaeLogProbOptions, CvaeNetworks, Pairs } from "./networks";
export { decodeMean, init, networks, sizes } from "./model";
export type { Cvae, CvaeOptions, CvaeSizes, NormalNetwork, NormalNetworks } from "./model";
