/** Planners that draw sequences of controls and keep the good ones. */
export type { NoiseOptions } from "./candidates";
export { cem, type CemOptions, type CemPlan } from "./cem";
export { mppi, type MppiOptions, type MppiPlan } from "./mppi";
export { randomShooting, type RandomShootingOptions } from "./random-shooting";
