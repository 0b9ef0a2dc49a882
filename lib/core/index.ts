export { backendNames, useBackend, type Backend, type BackendName } from "./backend/use-backend";
export { detached, stopGradient, valueAndGrad, type ValueAndGrad } from "./tensor/grad";
export {
  jit,
  scan,
  type Compiler,
  type JitOptions,
  type ScanOptions,
  type Jitted,
  type Stateful,
  type StatefulOptions,
  type TraceInfo,
} from "./jit";
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
export * as tree from "./tensor/tree";
export { cholesky, diagonal, lowerTriangle, solveLower } from "./tensor/triangular";
