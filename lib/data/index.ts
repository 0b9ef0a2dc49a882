export * from "./binarize";
export * from "./idx";
export { inverseProblem, type Pairs } from "./inverse-problem";
export * from "./mnist";
