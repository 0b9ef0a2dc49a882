/**
 * An actor-critic on rollouts that a model imagines. Read in this order: 1. `imagined-actor-critic.ts`, the
 * step; 2. `imagine.ts`, rollouts; 3. `update.ts`, the losses; 4. `value-heads.ts`.
 */
export { imagine, type Imagined, type ImagineOptions } from "./imagine";
export { imaginedActorCritic, type ImaginedActorCritic } from "./imagined-actor-critic";
export { actorValue, type ActorValue } from "./networks";
export type { ImaginedOptions, ImaginedParams, ImaginedState } from "./options";
export {
  plainValue,
  symexp,
  symlog,
  twoHot,
  twoHotValue,
  type TwoHotOptions,
  type ValueHead,
} from "./value-heads";
