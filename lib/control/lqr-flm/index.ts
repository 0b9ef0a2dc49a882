/**
 * Local models fitted to rollouts, and the policy that they improve within a bound on the KL divergence.
 *
 * In: rollouts of a policy, as plain numbers. Out: the next policy. Read `policy.ts`, `fit.ts`,
 * `trajectories.ts` (what a policy does in the models), `improve.ts`.
 */
export { fit, type FitOptions, type LocalModels } from "./fit";
export { improve, type Improved } from "./improve";
export {
  initialPolicy,
  sampleControl,
  widen,
  type GaussianControl,
  type GaussianPolicy,
  type InitialPolicyOptions,
} from "./policy";
export { expectedCost, marginals, trajectoryKl } from "./trajectories";
