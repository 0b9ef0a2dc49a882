/**
 * Tensors, trees of tensors, gradients, random numbers, optimizers and backends: what all other rooms build
 * on.
 */
export { backendNames, useBackend, type Backend, type BackendName } from "./backend/use-backend";
export { detached, stopGradient, valueAndGrad, type ValueAndGrad } from "./tensor/grad";
export {
  adam,
  sgd,
  type AdamOptions,
  type AdamState,
  type Optimizer,
  type Rate,
  type SgdState,
} from "./optim";
export * as random from "./random";
export type { Key } from "./random/key";
export type { Shape } from "./tensor/shape";
export { digamma, lgamma, logMeanExp, logSumExp, softplus } from "./tensor/special";
export { wilson, type Proportion } from "./numeric/statistics";
export type { Matrix } from "./numeric/symmetric-matrix";
export * as tree from "./tensor/tree";
export { cholesky, diagonal, lowerTriangle, solveLower } from "./tensor/triangular";
