/**
 * Probability distributions as plain objects of tensors and functions, and KL divergences between them.
 *
 * In: tensors of parameters, a `Key` for draws. Out: draws and moments; log-densities, entropies and
 * divergences in nats.
 *
 * Read in this order:
 * 1. `base/distribution.ts`: the interface `Distribution`, and `Reparameterized` for pathwise gradients;
 * 2. `continuous/normal.ts`, the pattern for all others in `continuous/` and `discrete/`;
 * 3. `composite/independent.ts`, which turns batch axes into event axes, and
 *    `composite/mixture-same-family.ts`, and `composite/mixture.ts`;
 * 4. `composite/transformed.ts` and `bijectors/`, functions of draws with their log-densities, and
 *    `composite/truncated.ts` and `composite/clipped.ts`, numbers kept in an interval;
 * 5. `kl.ts`, the table of closed-form divergences, and `divergences/`, those of the gamma family.
 *
 * Densities whose normalizers are gamma functions are written with what Stirling's formula leaves of log Γ
 * (`core/special/stirling.ts`), so that they keep their digits for large parameters. Where a draw comes from
 * rejection, a fixed number of rounds is drawn at once; the docstring says how many draws are left over.
 *
 * Conventions: parameters are numbers or tensors, of any type of number, and broadcast; the normal family has
 * `mu` and `sigma`, and the others the names of SciPy or of their papers. Every distribution is a registered
 * node of trees: `tree.map`, `jit` and `scan` take it apart and rebuild it.
 *
 * @module latent/distributions
 */
export { beta, type Beta } from "./continuous/beta";
export { bernoulli, type Bernoulli } from "./discrete/bernoulli";
export * as bijectors from "./bijectors";
export type { Bijector } from "./bijectors";
export { categorical, type Categorical } from "./discrete/categorical";
export type { Distribution, Reparameterized, With } from "./base/distribution";
export type { Parameter } from "./base/parameter";
export { sampleAndLogProb, stddev } from "./base/sample-and-log-prob";
export { clipped, type Clipped } from "./composite/clipped";
export { dirichlet, type Dirichlet } from "./continuous/dirichlet";
export { discretizedLogistic, type DiscretizedLogistic } from "./discrete/discretized-logistic";
export { gamma, type Gamma } from "./continuous/gamma";
export { independent, type Independent } from "./composite/independent";
export { kl, klStdNormal } from "./kl";
export { laplace, type Laplace } from "./continuous/laplace";
export { mixture, type Mixture } from "./composite/mixture";
export { mixtureSameFamily, type MixtureSameFamily } from "./composite/mixture-same-family";
export { multivariateNormal, type MultivariateNormal } from "./continuous/multivariate-normal";
export { normal, type Normal } from "./continuous/normal";
export { oneHotCategorical, type OneHotCategorical } from "./discrete/one-hot-categorical";
export { poisson, type Poisson } from "./discrete/poisson";
export { studentT, type StudentT } from "./continuous/student-t";
export { transformed, type Transformed } from "./composite/transformed";
export { truncated, type Truncated } from "./composite/truncated";
export { truncatedNormal, type TruncatedNormal } from "./continuous/truncated-normal";
export { uniform, type Uniform } from "./continuous/uniform";
