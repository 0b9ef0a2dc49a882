export { fit, type HmmFitOptions } from "./fit";
export { filter, logLikelihood, smooth, type HmmFiltered, type HmmSmoothed } from "./forward-backward";
export { create, type Hmm, type HmmNumbers } from "./model";
export { sample, type HmmTrajectory } from "./sample";
export { mostLikelyPath, type ViterbiPath } from "./viterbi";
