/**
 * Metrics of learned representations against known factors of variation and hidden quantities, and of the
 * scores of several runs.
 *
 * @module latent/metrics
 */
export * as aggregate from "./aggregate";
export type { BootstrapInterval, BootstrapOptions, Scores, Statistic } from "./aggregate";
export * as disentanglement from "./disentanglement";
export type { Dci, DciOptions, HigginsOptions, Mig } from "./disentanglement";
export { probe, type Labelled, type ProbeOptions } from "./probe";
