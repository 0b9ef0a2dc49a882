/** Models of what an agent observes and is rewarded for: a sequence VAE with rewards. See `world-model.ts`. */
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
