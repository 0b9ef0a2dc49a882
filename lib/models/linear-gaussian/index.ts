export { create, type LinearGaussianNumbers, type LinearMapNumbers } from "./create";
export { filter, logLikelihood, type Filtered, type Marginals } from "./filter";
export { joint } from "./joint";
export { sample, type LinearGaussian, type LinearMap, type Trajectory } from "./model";
export { smooth } from "./smooth";
