/**
 * Inverse optimal control of continuous paths: which weights of a cost explain how people moved.
 *
 * In: dynamics, parts of a cost, paths. Out: the weights of the parts. Read in this order: 1.
 * `weighted-cost.ts`; 2. `stationarity.ts`, weights of optimal paths by linear least squares; 3.
 * `fit-cost-weights.ts`, weights of measured paths with intervals.
 */
export {
  fitCostWeights,
  type CostWeights,
  type FitCostWeightsOptions,
  type ObservedPath,
} from "./fit-cost-weights";
export {
  controlGradient,
  stationaryWeights,
  type StationaryOptions,
  type StationaryWeights,
} from "./stationarity";
export { weightedCost } from "./weighted-cost";
