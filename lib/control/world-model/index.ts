/**
 * Models of what an agent observes and is rewarded for. Read in this order: 1. `world-model.ts`, a sequence
 * VAE with rewards; 2. `learn.ts`, its part of an agent's update; 3. `belief.ts`, how an agent acts on what
 * it cannot see.
 */
export type { Belief } from "./belief";
export type { LearnedModel, ModelLearningOptions } from "./learn";
export {
  continuation,
  init,
  loss,
  reward,
  type LatentStep,
  type WorldModel,
  type WorldModelMetrics,
  type WorldModelOptions,
} from "./world-model";
