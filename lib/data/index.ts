export * from "./binarize";
export { chairs } from "./chairs";
export type { ChoiceFactor, Factor, FactorSet, KnownImages, RangeFactor } from "./factors";
export { faces } from "./faces";
export * from "./idx";
export { inverseProblem, type Pairs } from "./inverse-problem";
export * from "./mnist";
export { sprites } from "./sprites";
