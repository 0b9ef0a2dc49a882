/**
 * Environments: physical worlds with observations, actions and steps.
 *
 * They compute with tensors, so that a policy can be a model, but may import only `core` and `raster`: an
 * environment knows no distribution, no model and no training.
 *
 * @module latent/envs
 */
export * as treeDrive from "./tree-drive";
