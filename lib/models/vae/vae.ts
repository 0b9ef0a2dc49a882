import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import { bernoulli, type Bernoulli } from "../../distributions/discrete/bernoulli";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { dense, type Dense } from "../../nn/dense";
import { mlp, type Mlp } from "../../nn/mlp";
import type { Activation } from "../../nn/activations";
import { boundTerms, importanceLogWeights, type ElboTerms } from "./evidence-bound";

export { standardNormal, type ElboTerms } from "./evidence-bound";

/** q_φ(z|x): a network from an image to the mean and the standard deviation of its latent vector. */
export interface Encoder {
  readonly hidden: Mlp;
  /** μ_φ, [H, Z] */
  readonly mu: Dense;
  /** log σ_φ, [H, Z] */
  readonly logSigma: Dense;
}

/** p_θ(x|z) with independent Bernoulli pixels: a network from a latent vector to their logits η_θ. */
export interface BernoulliDecoder {
  readonly likelihood: "bernoulli";
  readonly hidden: Mlp;
  readonly logits: Dense;
}

/** p_θ(x|z) with independent normal pixels: a network from a latent vector to their means and standard deviations. */
export interface GaussianDecoder {
  readonly likelihood: "gaussian";
  readonly hidden: Mlp;
  readonly mu: Dense;
  readonly rawSigma: Dense;
}

export type Decoder = BernoulliDecoder | GaussianDecoder;

/** A variational autoencoder (Kingma & Welling 2014; lecture, "The variational autoencoder"), with p(z) = N(0, I). */
export interface Vae {
  readonly encoder: Encoder;
  readonly decoder: Decoder;
}

/** Sizes and choices of a new model. */
export interface VaeOptions {
  /** D, the number of pixels. */
  readonly data: number;
  /** Units of the encoder's hidden layers, from the image on; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Z, the length of the latent vector. */
  readonly latent: number;
  readonly likelihood?: Decoder["likelihood"];
  readonly activation?: Activation;
}

/** The standard deviation of a normal pixel stays above this: a constant pixel would else have infinite density. */
const SIGMA_FLOOR = 0.1;

/**
 * A model with random weights.
 *
 * @throws when a size is not a whole number above 0, or there is no hidden layer.
 */
export function init(key: random.Key, options: VaeOptions): Vae {
  const { data, hidden, latent, likelihood = "bernoulli", activation = "relu" } = options;
  for (const [name, size] of Object.entries({ data, latent })) checkCount("vae.init", name, size, 1);
  hidden.forEach((size, i) => checkCount("vae.init", `hidden[${i}]`, size, 1));
  const [first, last] = [hidden.at(0), hidden.at(-1)];
  if (first === undefined || last === undefined)
    throw new Error("vae.init: hidden must name at least one layer, as in [400], got []");
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
 * q_φ(z|x) = N(μ_φ(x), diag σ_φ(x)²) of images x [B, D]: a batch [B] of distributions over latent vectors [Z].
 *
 * @returns a distribution whose tensors, mu and sigma, are the caller's: `tree.dispose` frees them.
 * @throws when x has another shape.
 */
export function encode(encoder: Encoder, x: tf.Tensor): Independent<Normal> {
  checkImages("vae.encode", encoder, x);
  return tree.tidy(() => {
    const h = mlp.apply(encoder.hidden, x); //                                                    [B, H]
    const sigma = dense.apply(encoder.logSigma, h).exp(); //                                      [B, Z]
    return independent(normal(dense.apply(encoder.mu, h), sigma)); // N(μ_φ(x), diag σ_φ(x)²)     [B] of [Z]
  });
}

/**
 * p_θ(x|z) of latent vectors z [B, Z]: a batch [B] of distributions over images [D].
 *
 * @returns a distribution whose tensors are the caller's: `tree.dispose` frees them.
 * @throws when z has another shape.
 */
export function decode(decoder: Decoder, z: tf.Tensor): Independent<Bernoulli | Normal> {
  const size = inputSize(decoder.hidden);
  checkShape("vae.decode", "z", z, ["B", `Z=${size}`], `use z.reshape([-1, ${size}])`);
  return tree.tidy(() => {
    const h = mlp.apply(decoder.hidden, z); //                                                    [B, H]
    if (decoder.likelihood === "bernoulli") {
      const logits = dense.apply(decoder.logits, h); //                                           [B, D]
      return independent(bernoulli(logits)); //         Π_d Bern(x_d; η_θ(z)_d)                   [B] of [D]
    }
    const sigma = dense.apply(decoder.rawSigma, h).softplus().add(SIGMA_FLOOR); //                [B, D]
    return independent(normal(dense.apply(decoder.mu, h), sigma)); // Π_d N(x_d; μ_d(z), σ_d(z)²) [B] of [D]
  });
}

/**
 * The evidence lower bound of each image, log p(x) ≥ E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)), by one reparameterized draw.
 *
 * Lecture, "Another way to look at it"; Kingma & Welling 2014, equation 10.
 *
 * @param x images [B, D].
 * @throws when x has another shape.
 */
export function elboTerms({ encoder, decoder }: Vae, x: tf.Tensor, key: random.Key): ElboTerms {
  checkImages("vae.elbo", encoder, x);
  return tree.tidy(() => boundTerms(encode(encoder, x), (z) => decode(decoder, z), x, key));
}

/** `elboTerms` without the parts, [B]. */
export const elbo = (model: Vae, x: tf.Tensor, key: random.Key): tf.Tensor =>
  tf.tidy(() => elboTerms(model, x, key).elbo);

/**
 * The log weights of importance sampling with the encoder as proposal: log p(x|z_k) + log p(z_k) − log q(z_k|x).
 *
 * @param draws K, how many z_k ~ q(z|x) for each image.
 * @returns [K, B]; `logMeanExp` over the first axis estimates log p(x) from below, the closer the larger K.
 */
export function logWeights(
  { encoder, decoder }: Vae,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
): tf.Tensor {
  checkImages("vae.logWeights", encoder, x);
  checkCount("vae.logWeights", "draws", draws, 1);
  return tf.tidy(() => importanceLogWeights(encode(encoder, x), (z) => decode(decoder, z), x, key, draws));
}

/** The decoder's means for n draws from the prior: z ~ p(z), then E[x|z], [n, D]. */
export function sample({ encoder, decoder }: Vae, key: random.Key, n: number): tf.Tensor2D {
  checkCount("vae.sample", "n", n, 1);
  return tf.tidy(() => decodeMean(decoder, random.normal(key, [n, latentSize(encoder)])));
}

/** The decoder's means at the encoder's means: x [B, D] → E[x|z = μ_φ(x)], [B, D]. */
export function reconstruct({ encoder, decoder }: Vae, x: tf.Tensor): tf.Tensor2D {
  checkImages("vae.reconstruct", encoder, x);
  return tf.tidy(() => decodeMean(decoder, encode(encoder, x).mean()));
}

/** E[x|z] of z [B, Z], [B, D]. */
export const decodeMean = (decoder: Decoder, z: tf.Tensor): tf.Tensor2D =>
  tf.tidy(() => decode(decoder, z).mean() as tf.Tensor2D);

/** Z, the length of a latent vector. */
export const latentSize = ({ mu }: Encoder): number => mu.bias.shape[0];

/** The number of inputs of a network. */
const inputSize = ({ layers }: Mlp): number => layers[0]?.weights.shape[0] ?? 0;

function checkImages(caller: string, { hidden }: Encoder, x: tf.Tensor): void {
  const size = inputSize(hidden);
  checkShape(caller, "x", x, ["B", `D=${size}`], `use x.reshape([-1, ${size}])`);
}
