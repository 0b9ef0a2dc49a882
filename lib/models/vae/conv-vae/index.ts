export * from "./model";
export { init } from "./networks";
export type { ConvDecoder, ConvEncoder, ConvVae, ConvVaeOptions, ImageSize } from "./networks";
export { latentSize, type ElboTerms } from "../autoencoder";
