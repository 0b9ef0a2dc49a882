export { create, type RegressionNumbers } from "./create";
export { fit, type RegressionFit, type RegressionFitOptions } from "./fit";
export { conditional, logProb, responsibilities, type Gate, type MixtureOfRegressions } from "./model";
export {
  eStep,
  mStep,
  statistics,
  type RegressionData,
  type RegressionMStepOptions,
  type RegressionStatistics,
} from "./steps";
