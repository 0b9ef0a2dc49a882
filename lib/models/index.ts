/**
 * The entry `latent/models`. A model is a readonly tree of parameters (tensors in plain objects) with pure
 * functions over it: its namespace has `init` or `create`, which returns the tree, and functions of the form
 * `(params, data, key) → tensors`. No function changes a tree; training returns a new one.
 *
 * Read in this order, from exact to approximate inference:
 * 1. `mixtures/gmm`: a discrete latent variable, p(z|x) by Bayes' rule, EM. `mixtures/mixture-of-regressions`
 *    and `mixtures/mdn` condition it on x.
 * 2. `linear/probabilistic-pca` and `linear/bayesian-linear-regression`: a continuous z with an exact
 *    posterior; `linear-gaussian` adds time, and `hmm` is its discrete twin.
 * 3. `vae/vae.ts`: networks for q(z|x) and p(x|z). `vae/autoencoder.ts` computes the ELBO from these two and
 *    p(z), for `vae/conv-vae` too; `vae/beta-vae.ts` weights its terms.
 * 4. `cvae`: all three conditioned on x, for any networks; `sequence`: a VAE whose latent variable is a
 *    trajectory, with parts that are exchanged one by one.
 * 5. `e2c`: a VAE of images whose latent vectors follow locally linear dynamics, for planners.
 * 6. `bayesian-network`: the weights of a network as latent variables.
 *
 * `pixel-density` has no latent variable: a density of small pictures that learns from one at a time, in
 * plain numbers.
 *
 * @module latent/models
 */
export * as bayesianLinearRegression from "./linear/bayesian-linear-regression";
export type { BayesianLinearRegression } from "./linear/bayesian-linear-regression";
export * as bayesianNetwork from "./bayesian-network";
export type { BayesianNetwork, BayesianNetworkOptions } from "./bayesian-network";
export * as betaVae from "./vae/beta-vae";
export * as convVae from "./vae/conv-vae";
export type { ConvVae, ConvVaeOptions } from "./vae/conv-vae";
export * as cvae from "./cvae";
export type { Cvae, CvaeNetworks, CvaeOptions } from "./cvae";
export * as e2c from "./e2c";
export type { E2c, E2cOptions } from "./e2c";
export * as gmm from "./mixtures/gmm";
export type { Gmm } from "./mixtures/gmm";
export * as hmm from "./hmm";
export type { Hmm, HmmNumbers } from "./hmm";
export * as interpolate from "./vae/interpolate";
export * as linearGaussian from "./linear-gaussian";
export type { LinearGaussian } from "./linear-gaussian";
export * as mdn from "./mixtures/mdn";
export type { Mdn, MdnConditional, MdnOptions } from "./mixtures/mdn";
export * as pixelDensity from "./pixel-density";
export type { PixelDensity, PixelDensityOptions } from "./pixel-density";
export * as probabilisticPca from "./linear/probabilistic-pca";
export type { ProbabilisticPca } from "./linear/probabilistic-pca";
export * as mixtureOfRegressions from "./mixtures/mixture-of-regressions";
export type { MixtureOfRegressions } from "./mixtures/mixture-of-regressions";
export type { GivenStart, MixtureFit, RandomStarts, RunOptions } from "./mixtures/restarts";
export * as sequenceVae from "./sequence";
export type { SequenceVae, SequenceVaeOptions } from "./sequence";
export * as vae from "./vae/vae";
export type { Vae } from "./vae/vae";
