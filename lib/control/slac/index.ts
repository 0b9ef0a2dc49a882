/** Stochastic latent actor-critic: see `slac.ts`. */
export { slac, type Slac, type SlacOptions, type SlacParams, type SlacState } from "./slac";
