/**
 * Metrics of learned representations against known factors of variation.
 *
 * @module latent/metrics
 */
export * as disentanglement from "./disentanglement";
export type { Dci, DciOptions, HigginsOptions, Mig } from "./disentanglement";
