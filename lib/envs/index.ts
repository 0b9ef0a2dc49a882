/**
 * Environments: systems with observations, actions and steps, behind one contract.
 *
 * Read `environment.ts` (the contract), `spaces.ts`, one system such as `systems/pendulum.ts`, then `rollout.ts`
 * and `wrappers/`. They compute with tensors, so that a policy can be a model, but may import only `core`, `jit`
 * and `raster`: an environment knows no distribution, no model and no training.
 *
 * @module latent/envs
 */
export type { Environment, Start, StateOf, Transition } from "./environment";
export { rollout, type Policy, type Rollout, type RolloutOptions } from "./rollout";
export { box, contains, discrete, type Box, type BoxOptions, type Discrete, type Space } from "./spaces";
export { pendulum, type PendulumOptions, type PendulumParams, type PendulumState } from "./systems/pendulum";
export * as treeDrive from "./tree-drive";
export { timeLimit, type Timed } from "./wrappers/time-limit";
export { vectorize, type VectorEnvironment, type VectorTransition } from "./wrappers/vectorize";
