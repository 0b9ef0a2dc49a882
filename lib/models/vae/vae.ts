import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { checkCount } from "../../core/numeric/check-number";
import { bernoulli, type Bernoulli } from "../../distributions/discrete/bernoulli";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { klStdNormal } from "../../distributions/kl";
import type { Activation } from "../../nn/feedforward/activations";
import { dense, type Dense } from "../../nn/feedforward/dense";
import { mlp, type Mlp } from "../../nn/feedforward/mlp";
import { checkRows } from "../base/check-rows";
import * as autoencoder from "./autoencoder";
import { latentSize, standardNormal, type ElboTerms, type PriorOption } from "./autoencoder";

export { latentSize, standardNormal, type ElboTerms, type PriorOption } from "./autoencoder";

/** q_φ(z|x): a network from an image to the mean and the standard deviation of its latent vector. */
export interface Encoder {
  /** φ's hidden layers, from D pixels to H units. */
  readonly hidden: Mlp;
  /** μ_φ, [H, Z]. */
  readonly mu: Dense;
  /** log σ_φ, [H, Z]. */
  readonly logSigma: Dense;
}

/** p_θ(x|z) with independent Bernoulli pixels: a network from a latent vector to their logits η_θ. */
export interface BernoulliDecoder {
  /** Which of the two decoders this is. */
  readonly likelihood: "bernoulli";
  /** θ's hidden layers, from Z to H units. */
  readonly hidden: Mlp;
  /** η_θ, [H, D]. */
  readonly logits: Dense;
}

/** p_θ(x|z) with independent normal pixels: a network from a latent vector to their means and deviations. */
export interface GaussianDecoder {
  /** Which of the two decoders this is. */
  readonly likelihood: "gaussian";
  /** θ's hidden layers, from Z to H units. */
  readonly hidden: Mlp;
  /** μ_θ, [H, D]. */
  readonly mu: Dense;
  /** softplus⁻¹(σ_θ − 0.1), [H, D]. */
  readonly rawSigma: Dense;
}

/** p_θ(x|z), with Bernoulli or normal pixels. */
export type Decoder = BernoulliDecoder | GaussianDecoder;

/**
 * A variational autoencoder with the prior p(z) = N(0, I) (Kingma & Welling 2014; lecture, "The variational
 * autoencoder").
 */
export interface Vae {
  /** q_φ(z|x). */
  readonly encoder: Encoder;
  /** p_θ(x|z). */
  readonly decoder: Decoder;
}

/** Options of `vae.init`. */
export interface VaeOptions {
  /** D, the number of pixels. */
  readonly data: number;
  /** Units of the encoder's hidden layers, starting at the image; the decoder has them in reverse order. */
  readonly hidden: readonly number[];
  /** Z, the length of the latent vector. */
  readonly latent: number;
  /** The distribution of a pixel given z; "bernoulli" by default. */
  readonly likelihood?: Decoder["likelihood"];
  /** The nonlinearity of the hidden layers; "relu" by default. */
  readonly activation?: Activation;
}

/** The smallest standard deviation of a normal pixel: without it, a constant pixel has unbounded density. */
const SIGMA_FLOOR = 0.1;

/**
 * Returns a model with random weights.
 *
 * @throws if a size is not a positive integer, or there is no hidden layer.
 */
export function init(key: random.Key, options: VaeOptions): Vae {
  const { data, hidden, latent, likelihood = "bernoulli", activation = "relu" } = options;
  for (const [name, size] of Object.entries({ data, latent })) checkCount("vae.init", name, size, 1);
  hidden.forEach((size, i) => checkCount("vae.init", `hidden[${i}]`, size, 1));
  const [first, last] = [hidden.at(0), hidden.at(-1)];
  if (first === undefined || last === undefined)
    throw new Error("vae.init: hidden must have at least one layer, such as [400], got []");
  const [bodyIn, muKey, sigmaKey, bodyOut, head1, head2] = random.split(key, 6);
  const encoder = {
    hidden: mlp.init(bodyIn, [data, ...hidden], activation),
    mu: dense.init(muKey, last, latent),
    logSigma: dense.init(sigmaKey, last, latent),
  };
  const body = mlp.init(bodyOut, [latent, ...[...hidden].reverse()], activation);
  const decoder: Decoder =
    likelihood === "bernoulli"
      ? { likelihood, hidden: body, logits: dense.init(head1, first, data) }
      : {
          likelihood,
          hidden: body,
          mu: dense.init(head1, first, data),
          rawSigma: dense.init(head2, first, data),
        };
  return { encoder, decoder };
}

/**
 * Returns q_φ(z|x) = N(μ_φ(x), diag σ_φ(x)²).
 *
 * @param x images [B, D].
 * @returns a batch [B] of distributions over latent vectors [Z]; free its tensors with `tree.dispose`.
 * @throws if x has a different shape.
 */
export function encode(encoder: Encoder, x: tf.Tensor): Independent<Normal> {
  checkImages("vae.encode", encoder, x);
  return tree.tidy(() => {
    const h = mlp.apply(encoder.hidden, x); //                                                [B, H]
    const sigma = dense.apply(encoder.logSigma, h).exp(); //                                  [B, Z]
    return independent(normal(dense.apply(encoder.mu, h), sigma)); // N(μ_φ(x), diag σ_φ(x)²) [B] of [Z]
  });
}

/**
 * Returns p_θ(x|z), with independent pixels.
 *
 * @param z latent vectors [B, Z].
 * @returns a batch [B] of distributions over images [D]; free its tensors with `tree.dispose`.
 * @throws if z has a different shape.
 */
export function decode(decoder: Decoder, z: tf.Tensor): Independent<Bernoulli | Normal> {
  checkLatents("vae.decode", decoder, z);
  return tree.tidy(() => {
    const h = mlp.apply(decoder.hidden, z); //                                                [B, H]
    if (decoder.likelihood === "bernoulli") {
      const logits = dense.apply(decoder.logits, h); //                                       [B, D]
      return independent(bernoulli(logits)); //         Π_d Bern(x_d; η_θ(z)_d)               [B] of [D]
    }
    const sigma = dense.apply(decoder.rawSigma, h).softplus().add(SIGMA_FLOOR); //            [B, D]
    return independent(normal(dense.apply(decoder.mu, h), sigma)); // Π_d N(x_d; μ_d, σ_d²)   [B] of [D]
  });
}

/** The lecture's picture of the model; `autoencoder` computes everything else from it. */
function picture({ encoder, decoder }: Vae, options: PriorOption = {}): autoencoder.Autoencoder<tf.Tensor2D> {
  return autoencoder.withPrior(
    {
      name: "vae",
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
 * Returns the evidence lower bound of each image and its two terms, with one reparameterized draw:
 * log p(x) ≥ E_q[log p_θ(x|z)] − KL(q_φ(z|x) ‖ p(z)).
 *
 * Lecture, "Another way to look at it"; Kingma & Welling 2014, equation 10.
 *
 * @param x images [B, D].
 * @param options `prior`: another one than N(0, I).
 * @throws if x has a different shape, or the prior is over vectors of another length.
 */
export function elboTerms(model: Vae, x: tf.Tensor, key: random.Key, options: PriorOption = {}): ElboTerms {
  return autoencoder.elboTerms(picture(model, options), x, key);
}

/**
 * Returns the evidence lower bound of each image in nats, [B]: `elboTerms` without the terms.
 *
 * @param x images [B, D].
 * @param options `prior`: another one than N(0, I).
 * @throws if x has a different shape, or the prior is over vectors of another length.
 */
export function elbo(model: Vae, x: tf.Tensor, key: random.Key, options: PriorOption = {}): tf.Tensor {
  return autoencoder.elbo(picture(model, options), x, key);
}

/**
 * Returns the log importance weights log p_θ(x|z_k) + log p(z_k) − log q_φ(z_k|x), z_k ~ q_φ(z|x).
 *
 * @param x images [B, D].
 * @param draws K, the number of draws per image.
 * @param options `prior`: another one than N(0, I).
 * @returns [K, B]; `logMeanExp` over K is the bound on log p(x) of Burda et al. (2016, equation 8).
 * @throws if x has a different shape, draws is not a positive integer, or the prior is of another length.
 */
export function logWeights(
  model: Vae,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
  options: PriorOption = {},
): tf.Tensor {
  return autoencoder.logWeights(picture(model, options), x, key, draws);
}

/**
 * Returns the decoder's means for n draws from the prior: z ~ p(z), then E[x|z], [n, D].
 *
 * @param options `prior`: another one than N(0, I).
 * @throws if n is not a positive integer, or the prior is over vectors of another length.
 */
export function sample(model: Vae, key: random.Key, n: number, options: PriorOption = {}): tf.Tensor2D {
  return autoencoder.sample(picture(model, options), key, n);
}

/**
 * Returns the decoder's means at the encoder's means: E[x|z = μ_φ(x)], [B, D].
 *
 * @param x images [B, D].
 * @throws if x has a different shape.
 */
export function reconstruct(model: Vae, x: tf.Tensor): tf.Tensor2D {
  return autoencoder.reconstruct(picture(model), x);
}

/**
 * Returns the decoder's means E[x|z], [B, D].
 *
 * @param z latent vectors [B, Z].
 * @throws if z has a different shape.
 */
export function decodeMean(decoder: Decoder, z: tf.Tensor): tf.Tensor2D {
  checkLatents("vae.decodeMean", decoder, z);
  return tf.tidy(() => decode(decoder, z).mean() as tf.Tensor2D);
}

function checkImages(caller: string, { hidden }: Encoder, x: tf.Tensor): void {
  checkRows(caller, "x", x, ["B", "D"], hidden.layers[0]?.weights.shape[0] ?? 0);
}

function checkLatents(caller: string, { hidden }: Decoder, z: tf.Tensor): void {
  checkRows(caller, "z", z, ["B", "Z"], hidden.layers[0]?.weights.shape[0] ?? 0);
}
