/** Optimizers as composable gradient transformations, schedules, and averages of parameters. */
export { adam, adamw, scaleByAdam, type AdamMoments, type AdamOptions, type AdamState } from "./adam";
export { ema, polyak, type Ema, type EmaState } from "./averages";
export { chain, masked, partition, type Mask } from "./chain";
export { clipByGlobalNorm, clipByValue, globalNorm, type NoState } from "./clip";
export { applyUpdates, gradientTransformation, type Optimizer, type Rate } from "./optimizer";
export { addDecayedWeights, scale, scaleByLearningRate, type CountState } from "./scale";
export * as schedules from "./schedules";
export type { Schedule } from "./schedules";
export { rmsprop, sgd, type RmspropState, type SgdState } from "./sgd";
