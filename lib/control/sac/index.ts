/**
 * Soft actor-critic, for actions in [−1, 1]. Read in this order: 1. `sac.ts`; 2. `squashed-normal.ts`, the
 * policy; 3. `update.ts`, the losses; 4. `networks.ts`.
 */
export { actorCritics, type ActorCriticOptions, type ActorCritics } from "./networks";
export type {
  Critics,
  FixedTemperature,
  LearnedTemperature,
  SacOptimizers,
  SacOptions,
  SacParams,
  SacState,
} from "./options";
export { sac, type Sac } from "./sac";
export { squashedNormal } from "./squashed-normal";
