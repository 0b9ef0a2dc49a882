export { backendNames, useBackend, type Backend, type BackendName } from "./backend";
export { detached, stopGradient, valueAndGrad, type ValueAndGrad } from "./grad";
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
export type { Key } from "./key";
export type { Shape } from "./shape";
export { digamma, lgamma, logMeanExp, logSumExp, softplus } from "./special";
export { wilson, type Proportion } from "./statistics";
export * as tree from "./tree";
export { cholesky, diagonal, lowerTriangle, solveLower } from "./triangular";
