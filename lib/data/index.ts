export * from "./binarize";
export type { ChoiceFactor, Factor, FactorSet, KnownImages, RangeFactor } from "./factors";
export * from "./idx";
export { inverseProblem, type Pairs } from "./inverse-problem";
export * from "./mnist";
export { sprites } from "./sprites";
