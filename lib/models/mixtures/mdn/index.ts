export { init, type MdnOptions } from "./init";
export { loss } from "./loss";
export {
  conditional,
  features,
  likeliest,
  logProb,
  responsibilities,
  sample,
  type Mdn,
  type MdnConditional,
} from "./model";
