/**
 * Layers: `init` makes the parameters (from a key if they are random), and `apply` is a pure function of
 * parameters and input.
 *
 * Sequences have time as their first axis, [T, B, ...], in `recurrent/` and `attention/` alike: it is the
 * axis over which `scan` iterates.
 *
 * @module latent/nn
 */
export * from "./feedforward/activations";
export { causalMask, multiHeadAttention, paddingMask } from "./attention/attention";
export type { AttentionOptions, MultiHeadAttention } from "./attention/attention";
export * from "./attention/positions";
export * from "./attention/transformer";
export * from "./images/conv";
export * from "./feedforward/dense";
export * from "./feedforward/dropout";
export * from "./feedforward/embedding";
export * from "./normalization/group-norm";
export * from "./normalization/layer-norm";
export * from "./feedforward/mlp";
export * from "./images/patches";
export * from "./feedforward/plain-mlp";
export * from "./recurrent/gru";
export * from "./recurrent/lstm";
