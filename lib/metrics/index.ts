/** Metrics of learned representations against known factors of variation. */
export * as disentanglement from "./disentanglement";
export type { Dci, DciOptions, HigginsOptions, Mig } from "./disentanglement";
