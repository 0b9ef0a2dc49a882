import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import type { Optimizer } from "../../core/optim";
import type * as random from "../../core/random";
import { valueAndGrad } from "../../core/tensor/grad";
import type { SequenceLossOptions, State } from "../../models/sequence";
import type { SequenceBatch } from "../agent";
import { loss, type WorldModel } from "./world-model";

/** The options of an agent that concern its model. */
export interface ModelLearningOptions {
  /** The optimizer of the model; `optimizer` is that of the other parts. */
  readonly modelOptimizer: Optimizer;
  /** T, the number of steps of each sequence. */
  readonly sequenceLength: number;
  /**
   * The number of observations at the start of a sequence whose states the agent does not learn from, because
   * they do not show velocities yet; 3 by default.
   */
  readonly burnIn?: number;
  /** Changes of the model's bound, those of `sequenceVae.loss`. */
  readonly loss?: SequenceLossOptions;
}

/** A model that is learned, a part of an agent's state. */
export interface LearnedModel {
  /** The sequence VAE with rewards. */
  readonly model: WorldModel;
  /** The state of its optimizer. */
  readonly modelOptimizer: unknown;
}

/** What an update of the model gives. */
export interface ModelUpdate {
  readonly next: LearnedModel;
  /** The draws z_t ~ q(z_t|·) before the update, [T + 1, B, ...]. */
  readonly states: State;
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
}

/** One update of the model on sequences, whose states the agent then learns from. */
export function learnModel(
  { modelOptimizer: optimizer, loss: lossOptions }: ModelLearningOptions,
  state: LearnedModel,
  batch: SequenceBatch,
  key: random.Key,
): ModelUpdate {
  const { value, grads, aux } = valueAndGrad((model: WorldModel) => loss(model, batch, key, lossOptions))(
    state.model,
  );
  const moved = optimizer.update(grads, state.modelOptimizer, state.model);
  const { states, ...metrics } = aux;
  return {
    next: { model: moved.params, modelOptimizer: moved.state },
    states,
    metrics: { loss: value, ...metrics },
  };
}

/** Checks the options of a model's learning; returns `burnIn`. */
export function checkModelOptions(
  caller: string,
  { sequenceLength, burnIn = 3 }: ModelLearningOptions,
): number {
  checkCount(caller, "sequenceLength", sequenceLength, 1);
  checkCount(caller, "burnIn", burnIn);
  if (burnIn >= sequenceLength)
    throw new Error(`${caller}: burnIn must be less than sequenceLength, ${sequenceLength}, got ${burnIn}`);
  return burnIn;
}
