/**
 * Tensors, trees of tensors, gradients, random numbers, optimizers and backends: what most rooms build on.
 *
 * Read in this order: 1. `numeric/`, functions of plain numbers; 2. `tensor/`, trees, shapes, gradients and
 * special functions of tensors; 3. `special/`, incomplete gamma and beta functions and normal intervals, by
 * quadrature; 4. `random/`, keys and draws (Threefry); 5. `show/`, how tensors and trees look as text and as
 * tables; 6. `optim/`; 7. `backend/`, which chooses and starts what runs the tensors.
 */
export { backendNames, useBackend, type Backend, type BackendName } from "./backend/use-backend";
export { processor, type Processor } from "./backend/processor";
export { detached, stopGradient, valueAndGrad, type ValueAndGrad } from "./tensor/grad";
export * from "./optim";
export * as random from "./random";
export type { Key } from "./random/key";
export { checkAbove, checkCount } from "./numeric/check-number";
export { checkShape, type Axis, type Shape } from "./tensor/shape";
export { digamma, lgamma, logMeanExp, logSumExp, softplus } from "./tensor/special";
export { show, type Shown } from "./show/show";
export { wilson, type Proportion } from "./numeric/statistics";
export type { Matrix } from "./numeric/symmetric-matrix";
export * as tree from "./tensor/tree";
export { cholesky, diagonal, logAbsDet, lowerTriangle, solveLower, triangularize } from "./tensor/triangular";
