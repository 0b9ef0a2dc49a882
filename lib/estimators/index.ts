export { leaveOneOut, noBaseline, type Baseline } from "./baseline";
export type { Estimator, Objective } from "./estimator";
export { gradientEstimate, gradientSamples } from "./gradients";
export { pathwise } from "./pathwise";
export { scoreFunction } from "./score-function";
