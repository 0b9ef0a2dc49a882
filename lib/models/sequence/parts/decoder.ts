import type * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../../core/numeric/check-number";
import type * as random from "../../../core/random";
import { sizeOf, type Shape } from "../../../core/tensor/shape";
import type { Distribution } from "../../../distributions/base/distribution";
import { independent } from "../../../distributions/composite/independent";
import { multivariateNormal } from "../../../distributions/continuous/multivariate-normal";
import { normal } from "../../../distributions/continuous/normal";
import { bernoulli } from "../../../distributions/discrete/bernoulli";
import { dense } from "../../../nn/feedforward/dense";
import type { LinearGaussian } from "../../linear-gaussian";
import { initWriter, write, type BodyOptions, type Writer } from "./bodies";
import { checkObservation } from "./encoder";
import { sizes, type Prior } from "./prior";

/** p(o_t|z_t) by a network, with independent numbers. */
export interface NetworkDecoder {
  /** Which of the decoders this is. */
  readonly kind: "network";
  /** The shape of an observation, [O] or [S, S, C]. */
  readonly observation: Shape;
  /** From [h_t, z_t] to the means, or the logits. */
  readonly writer: Writer;
  /** The distribution of a number of the observation. */
  readonly likelihood: "gaussian" | "bernoulli";
  /** σ_o, the standard deviation of a normal number. */
  readonly sigma: number;
}

/** p(o_t|z_t) = N(C z_t + d, R). */
export interface LinearGaussianDecoder {
  /** Which of the decoders this is. */
  readonly kind: "linear-gaussian";
  /** C, d and the Cholesky factor of R, the same at all times. */
  readonly map: LinearGaussian["observation"];
}

/** Π p(o_t|z_t): each step is decoded by itself, so that z_t must hold all there is to know (lecture). */
export type Decoder = NetworkDecoder | LinearGaussianDecoder;

/** Options of a decoder with networks. */
export interface DecoderOptions {
  /** "gaussian" by default. */
  readonly likelihood?: NetworkDecoder["likelihood"];
  /** σ_o; 1 by default. A smaller one makes observations, and with them the code, more precise. */
  readonly sigma?: number;
  /** The network that writes an observation; { kind: "mlp" } by default. */
  readonly body?: BodyOptions;
}

/**
 * Returns a decoder with random weights for a prior and observations of a shape, [O] or [S, S, C].
 *
 * @throws if σ_o is not positive, or the body does not fit the observations.
 */
export function initDecoder(
  key: random.Key,
  prior: Prior,
  observation: Shape,
  { likelihood = "gaussian", sigma = 1, body = { kind: "mlp" } }: DecoderOptions = {},
): NetworkDecoder {
  const caller = "sequenceVae.initDecoder";
  checkObservation(caller, observation);
  checkAbove(caller, "sigma", sigma);
  const writer = initWriter(caller, key, [sizes(prior).state, observation], body);
  return { kind: "network", observation, writer, likelihood, sigma };
}

/** Returns the shape of an observation. */
export function observationShape(decoder: Decoder): Shape {
  return decoder.kind === "network" ? decoder.observation : [decoder.map.bias.size];
}

/** Returns p(o|z) for [h, z] of any leading axes: [..., H + Z] → a batch [...] over observations [...E]. */
export function decodeFeatures(decoder: Decoder, features: tf.Tensor): Distribution {
  if (decoder.kind === "linear-gaussian") {
    const { matrix, bias, scaleTril } = decoder.map;
    const weights = matrix.transpose<tf.Tensor2D>();
    return multivariateNormal(dense.apply({ weights, bias: bias as tf.Tensor1D }, features), scaleTril);
  }
  const { likelihood, observation, sigma, writer } = decoder;
  const leading = features.shape.slice(0, -1);
  const rows = features.reshape([sizeOf(leading), -1]);
  const out = write(writer, rows, observation).reshape([...leading, ...observation]);
  return independent(likelihood === "bernoulli" ? bernoulli(out) : normal(out, sigma), observation.length);
}
