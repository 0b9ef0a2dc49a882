export * from "./model";
export { init, latentSize } from "./networks";
export type { ConvDecoder, ConvEncoder, ConvVae, ConvVaeOptions, ImageSize } from "./networks";
export type { ElboTerms } from "../evidence-bound";
