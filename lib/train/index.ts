/**
 * Training: `train` repeats any step over batches, `fit` is its gradient descent on a loss; batches, early
 * stopping, and checkpoints.
 *
 * Read in this order: 1. `train.ts`, the loop; 2. `gradient-step.ts`, the step of a loss and an optimizer;
 * 3. `fit.ts`, which puts them together; 4. `batches.ts`.
 *
 * @module latent/train
 */
export { shuffledBatches, type Batches } from "./batches";
export { loadCheckpoint, saveCheckpoint } from "./checkpoint";
export * from "./early-stopping";
export * from "./fit";
export * from "./gradient-step";
export type { Metrics, Numbers } from "./metrics";
export * from "./minibatches";
export { train, type Hook, type Progress, type Run, type TrainOptions, type TrainStep } from "./train";
