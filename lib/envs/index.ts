/**
 * Environments: physical worlds with observations, actions and steps.
 *
 * They compute with tensors, so that a policy can be a model, but import only `core` (and `raster` for
 * pictures): an environment knows no distribution, no model and no training.
 *
 * @module latent/envs
 */
export * as treeDrive from "./tree-drive";
