export { create, type LinearGaussianNumbers, type LinearMapNumbers, type OverTime } from "./create";
export { filter, logLikelihood, type Filtered, type FilterOptions, type Marginals } from "./filter";
export { forecast, type Forecast } from "./forecast";
export { joint, type JointOptions } from "./joint";
export type { LinearGaussian, LinearMap } from "./model";
export { advance, observe, start, type Observed, type OnlineOptions, type StateBelief } from "./online";
export { sample, type SampleOptions, type Trajectory } from "./sample";
export { sampleSmoothed, type SampleSmoothedOptions } from "./sample-smoothed";
export { smooth } from "./smooth";
