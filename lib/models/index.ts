export * as gmm from "./gmm";
export type { Gmm } from "./gmm";
export * as interpolate from "./interpolate";
export * as mdn from "./mdn";
export type { Mdn, MdnConditional, MdnOptions } from "./mdn";
export * as vae from "./vae";
export type { Vae } from "./vae";
