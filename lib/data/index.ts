/**
 * Data sets as tensors: MNIST and its IDX files, images rendered from known factors, Bishop's inverse
 * problem.
 *
 * In: a folder, a `Key`, or images to binarize. Out: tensors, one example per row, which the caller disposes.
 *
 * @module latent/data
 */
export * from "./binarize";
export { chairs } from "./rendered/chairs";
export type { ChoiceFactor, Factor, FactorSet, KnownImages, RangeFactor } from "./rendered/factor-set";
export { faces } from "./rendered/faces";
export * from "./idx";
export { inverseProblem, type Pairs } from "./inverse-problem";
export * from "./mnist";
export { sprites } from "./rendered/sprites";
