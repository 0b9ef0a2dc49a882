import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import type { Shape } from "../../core/tensor/shape";
import type { LinearGaussian } from "../linear-gaussian";
import type { BodyOptions } from "./parts/bodies";
import { initDecoder, type Decoder, type DecoderOptions } from "./parts/decoder";
import { initEncoder, type Encoder, type EncoderOptions } from "./parts/encoder";
import { initPrior, type Prior, type PriorOptions } from "./parts/prior";

/**
 * A sequence VAE: a variational autoencoder whose latent variable is a whole trajectory z_1 … z_T, and whose
 * data are a whole sequence of observations, given the actions (lecture, "Latent variable models in RL").
 *
 * Its parts are exchanged one by one: `{ ...model, encoder }` is a model with another encoder.
 */
export interface SequenceVae {
  /** p(z_1) Π p(z_t|z_{t−1}, a_{t−1}). */
  readonly prior: Prior;
  /** Π q(z_t|·). */
  readonly encoder: Encoder;
  /** Π p(o_t|z_t). */
  readonly decoder: Decoder;
}

/** Options of `sequenceVae.init`. */
export interface SequenceVaeOptions {
  /** The shape of an observation, [O] or [S, S, C]. */
  readonly observation: Shape;
  /** Z, the length of z_t. */
  readonly latent: number;
  /** A, the length of an action; 0 by default, for systems without actions. */
  readonly actions?: number;
  /** The network that reads and writes observations; { kind: "mlp" } by default. */
  readonly body?: BodyOptions;
  /** Options of the prior. */
  readonly prior?: PriorOptions;
  /** Options of the encoder. */
  readonly encoder?: EncoderOptions;
  /** Options of the decoder. */
  readonly decoder?: DecoderOptions;
}

/**
 * Returns a model with random weights. By default z_t is a chain, q(z_t|z_{t−1}, a_{t−1}, o_t), and numbers
 * are normal with σ_o = 1.
 *
 * @throws if a size is not a positive integer, or the body does not fit the observations.
 */
export function init(key: random.Key, options: SequenceVaeOptions): SequenceVae {
  const { observation, latent, actions = 0, body = { kind: "mlp" } } = options;
  checkCount("sequenceVae.init", "latent", latent, 1);
  checkCount("sequenceVae.init", "actions", actions);
  const [priorKey, encoderKey, decoderKey] = random.split(key, 3);
  const prior = initPrior(priorKey, { latent, actions }, options.prior);
  return {
    prior,
    encoder: initEncoder(encoderKey, prior, observation, { body, ...options.encoder }),
    decoder: initDecoder(decoderKey, prior, observation, { body, ...options.decoder }),
  };
}

/**
 * Returns a linear-Gaussian state-space model as a sequence VAE, whose encoder is the exact posterior: its
 * bound is log p(o_1 … o_T|a). The inputs of the model are the actions.
 *
 * @returns a tree that shares the tensors of `model`.
 * @throws if a matrix of the model changes over time, or an input enters the observations.
 */
export function ofLinearGaussian(model: LinearGaussian): SequenceVae {
  const { initial, transition, observation } = model;
  for (const [name, { matrix, bias, scaleTril, input }] of Object.entries({ transition, observation }))
    if (matrix.rank > 2 || bias.rank > 1 || scaleTril.rank > 2 || (input?.rank ?? 0) > 2)
      throw new Error(
        `sequenceVae.ofLinearGaussian: the tensors of ${name} must be the same at all times, ` +
          "got some with an axis of time; use linearGaussian for those",
      );
  if (observation.input !== undefined)
    throw new Error(
      "sequenceVae.ofLinearGaussian: observation.input must be absent, because actions change only the state",
    );
  return {
    prior: { kind: "linear-gaussian", initial, transition },
    encoder: { kind: "exact", model },
    decoder: { kind: "linear-gaussian", map: observation },
  };
}
