export * as gmm from "./gmm";
export type { Gmm } from "./gmm";
export * as interpolate from "./interpolate";
export * as vae from "./vae";
export type { Vae } from "./vae";
