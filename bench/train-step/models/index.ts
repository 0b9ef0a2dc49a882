import type { BenchModel } from "../model";
import { convVae } from "./conv-vae";
import { gruVae } from "./gru-vae";
import { mlpVae } from "./mlp-vae";
import { tinyMlp } from "./tiny-mlp";

/** The models by the names that the command line and the peers use. */
export const models = {
  "mlp-vae": mlpVae,
  "conv-vae": convVae,
  "gru-vae": gruVae,
  "tiny-mlp": tinyMlp,
} as const satisfies Readonly<Record<string, BenchModel>>;

export type ModelName = keyof typeof models;

export const modelNames = Object.keys(models) as readonly ModelName[];
