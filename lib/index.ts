/**
 * The entry `latent`: tensors, keys, trees, gradients, compiled functions, optimizers, training, and what a
 * notebook cell displays or checks. Every other room has its own entry: `latent/distributions`,
 * `latent/models`, `latent/plot` and so on.
 *
 * @module latent
 */
export * as tf from "@tensorflow/tfjs";
export * from "./core";
export * from "./jit";
export * from "./train";
export { check, display, progress } from "./notebook";
