/**
 * Densities of small quantized pictures that learn from one picture at a time. Read in this order: 1.
 * `context-tree.ts`, one symbol in its context; 2. `pixel-density.ts`, a picture pixel by pixel.
 */
export type { ContextNode } from "./context-tree";
export {
  create,
  logProb,
  quantize,
  sample,
  update,
  type Neighbour,
  type PixelDensity,
  type PixelDensityOptions,
} from "./pixel-density";
