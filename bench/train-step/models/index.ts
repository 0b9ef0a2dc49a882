import type { BenchModel } from "../model";
import { actionChunks } from "./action-chunks";
import { actorCritic } from "./actor-critic";
import { convVae } from "./conv-vae";
import { gruVae } from "./gru-vae";
import { mlpVae } from "./mlp-vae";
import { rssm } from "./rssm";
import { tinyMlp } from "./tiny-mlp";

/** The models by their names on the command line and in the peers. */
export const models = {
  "mlp-vae": mlpVae,
  "conv-vae": convVae,
  "gru-vae": gruVae,
  "tiny-mlp": tinyMlp,
  rssm,
  "action-chunks": actionChunks,
  "actor-critic": actorCritic,
} as const satisfies Readonly<Record<string, BenchModel>>;

/** The name of a model. */
export type ModelName = keyof typeof models;

/** The names of all models. */
export const MODEL_NAMES = Object.keys(models) as readonly ModelName[];
