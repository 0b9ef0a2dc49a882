/** What is planned: dynamics and cost in plain numbers, limits, plans. */
export { quadraticCost, type Cost, type QuadraticCostOptions, type Weights } from "./cost";
export {
  linearDynamics,
  linearize,
  mlpDynamics,
  type Dynamics,
  type LinearModel,
  type MlpDynamicsOptions,
} from "./dynamics";
export { rollout, type Guess, type Limits, type Plan, type Problem, type Trajectory } from "./problem";
export { controlAt, valueAt, type LinearControl, type Quadratic, type StateQuadratic } from "./quadratic";
