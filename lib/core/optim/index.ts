/** Optimizers as pure functions over parameter trees. */
export { adam, type AdamOptions, type AdamState } from "./adam";
export type { Optimizer, Rate } from "./optimizer";
export { sgd, type SgdState } from "./sgd";
