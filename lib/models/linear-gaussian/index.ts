export { create, type LinearGaussianNumbers, type LinearMapNumbers, type OverTime } from "./create";
export { filter, logLikelihood, type Filtered, type FilterOptions, type Marginals } from "./filter";
export { joint, type JointOptions } from "./joint";
export type { LinearGaussian, LinearMap } from "./model";
export { sample, type SampleOptions, type Trajectory } from "./sample";
export { smooth } from "./smooth";
