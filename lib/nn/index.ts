/**
 * Layers: `init` makes the parameters (from a key if they are random), and `apply` is a pure function of
 * parameters and input.
 *
 * @module latent/nn
 */
export * from "./activations";
export * from "./conv";
export * from "./dense";
export * from "./group-norm";
export * from "./mlp";
export * from "./recurrent";
