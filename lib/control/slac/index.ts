/**
 * Stochastic latent actor-critic. Read in this order: 1. `slac.ts`, the joint step; 2. `belief.ts`, how it
 * acts on what it cannot see.
 */
export type { Belief } from "./belief";
export { slac, type Slac, type SlacOptions, type SlacParams, type SlacState } from "./slac";
