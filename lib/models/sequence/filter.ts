import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { SequenceVae } from "./model";
import { observationShape } from "./parts/decoder";
import { evidence, posteriorAt } from "./parts/encoder";
import { draw, type Gaussian } from "./parts/gaussian";
import { advance, before, sizes, stateOf, type State } from "./parts/prior";
import { checkActions } from "./sequences";

/** Returns the state before the first observation, zeros [B, ...]: where `filter` starts. */
export function initialState({ prior }: SequenceVae, batch: number): State {
  checkCount("sequenceVae.initialState", "batch", batch, 1);
  return tree.tidy(() => before(prior, batch));
}

/** What is new at time t. */
export interface Observed {
  /** o_t, [B, ...E]. */
  readonly observation: tf.Tensor;
  /** a_{t−1} of a model with actions, [B, A]; zeros at the first time. */
  readonly actionBefore?: tf.Tensor;
}

/** A draw of the state at one time. */
export interface Filtered {
  /** The draw, [B, ...]. */
  readonly state: State;
  /** q(z_t|z_{t−1}, a_{t−1}, o_t), a batch [B] over [Z]. */
  readonly q: Gaussian;
}

/**
 * Draws z_t ~ q(z_t|z_{t−1}, a_{t−1}, o_t), one step of `infer`: the belief of an agent that acts meanwhile.
 *
 * @param previous the state at t − 1, [B, ...]; `initialState` at the first time.
 * @param options `mean`: whether to take the mean of q in place of a draw; false by default.
 * @throws if the encoder sees more than the current observation, or something has another shape.
 */
export function filter(
  model: SequenceVae,
  previous: State,
  { observation, actionBefore }: Observed,
  key: random.Key,
  { mean = false }: { readonly mean?: boolean } = {},
): Filtered {
  const caller = "sequenceVae.filter";
  checkFilters(caller, model);
  const { prior, encoder } = model;
  const { latent } = sizes(prior);
  checkShape(caller, "observation", observation, ["B", ...observationShape(model.decoder)]);
  const [batch = 0] = observation.shape;
  checkShape(caller, "previous.z", previous.z, [`B=${batch}`, `Z=${latent}`]);
  checkActions(caller, model, actionBefore, [`B=${batch}`]);
  return tree.tidy(() => {
    const context = advance(prior, previous, actionBefore); //                  h_t, or [z_{t−1}, a_{t−1}]
    const now = evidence(encoder, {
      observations: observation.expandDims(0),
      actionsBefore: actionBefore?.expandDims(0),
      mask: undefined,
    });
    const q = posteriorAt(
      encoder,
      context,
      tree.map((x) => x.squeeze<tf.Tensor>([0]), now),
    );
    const z = mean ? q.mean() : draw(q, random.normal(key, [batch, latent]));
    return { state: stateOf(prior, context, z), q };
  });
}

/** Throws unless the encoder of a model needs nothing but the current observation. */
export function checkFilters(caller: string, { encoder }: SequenceVae): void {
  const sees = encoder.kind === "network" ? encoder.sees : "all";
  if (sees !== "current")
    throw new Error(
      `${caller}: the encoder must see only the current observation, got one that sees "${sees}"; ` +
        'make it with encoder: { sees: "current" }',
    );
}
