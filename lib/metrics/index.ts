export * as disentanglement from "./disentanglement";
export type { Dci, DciOptions, HigginsOptions, Mig } from "./disentanglement";
