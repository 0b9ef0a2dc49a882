import * as tf from "@tensorflow/tfjs";
import type * as random from "../../../core/random";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { bernoulli, type Bernoulli } from "../../../distributions/discrete/bernoulli";
import { independent, type Independent } from "../../../distributions/composite/independent";
import { normal, type Normal } from "../../../distributions/continuous/normal";
import { klStdNormal } from "../../../distributions/kl";
import { conv2d, convTranspose2d } from "../../../nn/images/conv";
import { dense } from "../../../nn/feedforward/dense";
import { checkRows } from "../../base/check-rows";
import * as autoencoder from "../autoencoder";
import {
  latentSize,
  standardNormal,
  type Autoencoder,
  type ElboTerms,
  type PriorOption,
  withPrior,
} from "../autoencoder";
import type { ConvDecoder, ConvEncoder, ConvVae } from "./networks";

/**
 * Returns q_φ(z|x) = N(μ_φ(x), diag σ_φ(x)²).
 *
 * @param x images [B, S, S, C].
 * @returns a batch [B] of distributions over latent vectors [Z]; free its tensors with `tree.dispose`.
 * @throws if x has a different shape.
 */
export function encode(encoder: ConvEncoder, x: tf.Tensor): Independent<Normal> {
  checkImages("convVae.encode", encoder, x);
  return tree.tidy(() => {
    const h = encoder.convs.reduce((image, layer) => conv2d.apply(layer, image).relu(), x);
    const flat = h.reshape([x.shape[0], -1]); //                                              [B, F]
    const sigma = dense.apply(encoder.logSigma, flat).exp(); //                               [B, Z]
    return independent(normal(dense.apply(encoder.mu, flat), sigma)); //                      [B] of [Z]
  });
}

/**
 * Returns p_θ(x|z), with independent pixels.
 *
 * Lecture, "Using the variational autoencoder": a mean and a variance per pixel and channel, or a logit for
 * Bernoulli pixels.
 *
 * @param z latent vectors [B, Z].
 * @returns a batch [B] of distributions over images [S, S, C]; free its tensors with `tree.dispose`.
 * @throws if z has a different shape.
 */
export function decode(decoder: ConvDecoder, z: tf.Tensor): Independent<Bernoulli | Normal> {
  checkLatents("convVae.decode", decoder, z);
  const { image, likelihood, rawSigma, sigmaFloor } = decoder;
  return tree.tidy(() => {
    const start = image.side / 2 ** decoder.convs.length;
    const h: tf.Tensor = dense.apply(decoder.body, z).reshape([z.shape[0], start, start, -1]);
    const out = decoder.convs.reduce((maps, layer) => convTranspose2d.apply(layer, maps.relu()), h);
    if (likelihood === "bernoulli") return independent(bernoulli(out), 3); //   Π Bern(x; η(z))
    const [mu, raw] =
      rawSigma === undefined
        ? (tf.split(out, 2, 3) as [tf.Tensor, tf.Tensor]) //                    each [B, S, S, C]
        : [out, tf.onesLike(out).mul(rawSigma)]; // broadcastTo has a slow gradient: one slice per pixel
    return independent(normal(mu, raw.softplus().add(sigmaFloor)), 3); //       Π N(x; μ(z), σ(z)²)
  });
}

/** The lecture's picture of the model; `autoencoder` computes everything else from it. */
function picture({ encoder, decoder }: ConvVae, options: PriorOption = {}): Autoencoder<tf.Tensor4D> {
  return withPrior(
    {
      name: "convVae",
      checkData: (caller, x) => checkImages(caller, encoder, x),
      encoder: (x) => encode(encoder, x), //                  q_φ(z|x)
      decoder: (z) => decode(decoder, z), //                  p_θ(x|z)
      mean: (z) => decodeMean(decoder, z), //                 E[x|z]
      prior: () => standardNormal(latentSize(encoder)), //    p(z) = N(0, I)
      kl: klStdNormal, //                                     KL(q_φ(z|x) ‖ p(z))
    },
    options,
    latentSize(encoder),
  );
}

/**
 * Returns the evidence lower bound of each image and its two terms in nats, with one reparameterized draw.
 *
 * @param x images [B, S, S, C].
 * @param options `prior`: another one than N(0, I).
 * @throws if x has a different shape, or the prior is over vectors of another length.
 */
export function elboTerms(
  model: ConvVae,
  x: tf.Tensor,
  key: random.Key,
  options: PriorOption = {},
): ElboTerms {
  return autoencoder.elboTerms(picture(model, options), x, key);
}

/**
 * Returns the evidence lower bound of each image in nats, [B]: `elboTerms` without the terms.
 *
 * @param x images [B, S, S, C].
 * @param options `prior`: another one than N(0, I).
 * @throws if x has a different shape, or the prior is over vectors of another length.
 */
export function elbo(model: ConvVae, x: tf.Tensor, key: random.Key, options: PriorOption = {}): tf.Tensor {
  return autoencoder.elbo(picture(model, options), x, key);
}

/**
 * Returns the log importance weights log p_θ(x|z_k) + log p(z_k) − log q_φ(z_k|x), z_k ~ q_φ(z|x), [K, B].
 *
 * @param x images [B, S, S, C].
 * @param draws K, the number of draws per image.
 * @param options `prior`: another one than N(0, I).
 * @throws if x has a different shape, draws is not a positive integer, or the prior is of another length.
 */
export function logWeights(
  model: ConvVae,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
  options: PriorOption = {},
): tf.Tensor {
  return autoencoder.logWeights(picture(model, options), x, key, draws);
}

/**
 * Returns the decoder's means for n draws from the prior: z ~ p(z), then E[x|z], [n, S, S, C].
 *
 * @param options `prior`: another one than N(0, I).
 * @throws if n is not a positive integer, or the prior is over vectors of another length.
 */
export function sample(model: ConvVae, key: random.Key, n: number, options: PriorOption = {}): tf.Tensor4D {
  return autoencoder.sample(picture(model, options), key, n);
}

/**
 * Returns the decoder's means at the encoder's means: E[x|z = μ_φ(x)], [B, S, S, C].
 *
 * @param x images [B, S, S, C].
 * @throws if x has a different shape.
 */
export function reconstruct(model: ConvVae, x: tf.Tensor): tf.Tensor4D {
  return autoencoder.reconstruct(picture(model), x);
}

/**
 * Returns the decoder's means E[x|z], [B, S, S, C].
 *
 * @param z latent vectors [B, Z].
 * @throws if z has a different shape.
 */
export function decodeMean(decoder: ConvDecoder, z: tf.Tensor): tf.Tensor4D {
  checkLatents("convVae.decodeMean", decoder, z);
  return tf.tidy(() => decode(decoder, z).mean() as tf.Tensor4D);
}

function checkImages(caller: string, { image: { side, channels } }: ConvEncoder, x: tf.Tensor): void {
  const remedy =
    `use x.reshape([-1, ${side}, ${side}, ${channels}]), ` +
    "or tf.image.resizeBilinear for images of a different size";
  checkShape(caller, "x", x, ["B", side, side, channels], remedy);
}

function checkLatents(caller: string, { body }: ConvDecoder, z: tf.Tensor): void {
  checkRows(caller, "z", z, ["B", "Z"], body.weights.shape[0]);
}
