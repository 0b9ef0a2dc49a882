/**
 * Markov decision processes with finitely many states, exactly, in float64: backward messages, soft value
 * iteration, occupancies.
 *
 * In: tables of outcomes and of rewards. Out: policies, values and expected visits as tables. Read in this
 * order: 1. `mdp.ts`; 2. `soft-policy.ts`, control as inference with a horizon; 3.
 * `soft-value-iteration.ts`, without one; 4. `occupancy.ts`, the forward pass; 5. `sample.ts`.
 */
export type { Backup, Outcomes } from "./backup";
export {
  create,
  isAvailable,
  isTerminal,
  type Mdp,
  type MdpOptions,
  type Outcome,
  type Rewards,
} from "./mdp";
export {
  expectedReturn,
  occupancy,
  stationaryOccupancy,
  type Occupancy,
  type StationaryOccupancyOptions,
  type TimedOccupancy,
} from "./occupancy";
export { sample, type Episode, type SampleOptions } from "./sample";
export { posteriorOutcomes, softPolicy, type SoftPolicy, type SoftPolicyOptions } from "./soft-policy";
export {
  softValueIteration,
  type SoftValueIterationOptions,
  type StationaryPolicy,
} from "./soft-value-iteration";
