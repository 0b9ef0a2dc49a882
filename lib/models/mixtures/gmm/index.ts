export { covarianceKinds, freeParameters, type Covariance } from "./covariance";
export { create, type GmmNumbers } from "./create";
export { fit, type GmmFit, type GmmFitOptions } from "./fit";
export { init } from "./init";
export { covariances, distribution, logProb, responsibilities, sample, weights, type Gmm } from "./model";
export { eStep, mStep, statistics, type GmmStatistics, type MStepOptions } from "./steps";
