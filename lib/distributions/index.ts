export { bernoulli, type Bernoulli } from "./bernoulli";
export { categorical, type Categorical } from "./categorical";
export type { Distribution, Reparameterized } from "./distribution";
export { independent, type Independent } from "./independent";
export { kl, klStdNormal } from "./kl";
export { mixtureSameFamily, type MixtureSameFamily } from "./mixture";
export { multivariateNormal, type MultivariateNormal } from "./multivariate-normal";
export { normal, type Normal } from "./normal";
