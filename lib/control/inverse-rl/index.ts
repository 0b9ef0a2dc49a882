/**
 * Inverse reinforcement learning: which rewards explain what people did.
 *
 * In: a process of `mdp`, features of its states and actions, episodes. Out: the weights of the features,
 * with intervals. Read in this order: 1. `features.ts`; 2. `behaviour.ts`, the soft-optimal behaviour for
 * given weights and its derivatives; 3. `reward-objective.ts`; 4. `fit-rewards.ts`.
 */
export type { BehaviourOptions, Objective } from "./behaviour";
export { featureCounts, rewardsOf, stateFeatures, type Features } from "./features";
export { fitRewards, type FitRewardsOptions, type RewardFit } from "./fit-rewards";
export { rewardObjective, type RewardObjective, type Task } from "./reward-objective";
