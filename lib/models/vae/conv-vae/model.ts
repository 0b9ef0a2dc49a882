import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { bernoulli, type Bernoulli } from "../../../distributions/discrete/bernoulli";
import { independent, type Independent } from "../../../distributions/composite/independent";
import { normal, type Normal } from "../../../distributions/continuous/normal";
import { conv2d, convTranspose2d } from "../../../nn/conv";
import { dense } from "../../../nn/dense";
import { boundTerms, importanceLogWeights, type ElboTerms } from "../evidence-bound";
import { latentSize, type ConvDecoder, type ConvEncoder, type ConvVae } from "./networks";

/**
 * q_φ(z|x) = N(μ_φ(x), diag σ_φ(x)²) of images x [B, S, S, C]: a batch [B] of distributions over latent vectors [Z].
 *
 * @returns a distribution whose tensors, mu and sigma, are the caller's: `tree.dispose` frees them.
 * @throws when x has another shape.
 */
export function encode(encoder: ConvEncoder, x: tf.Tensor): Independent<Normal> {
  checkImages("convVae.encode", encoder, x);
  return tree.tidy(() => {
    const h = encoder.convs.reduce((image, layer) => conv2d.apply(layer, image).relu(), x);
    const flat = h.reshape([x.shape[0], -1]); //                                [B, F]
    const sigma = dense.apply(encoder.logSigma, flat).exp(); //                 [B, Z]
    return independent(normal(dense.apply(encoder.mu, flat), sigma)); //        [B] of [Z]
  });
}

/**
 * p_θ(x|z) of latent vectors z [B, Z]: a batch [B] of distributions over images [S, S, C].
 *
 * Lecture, "Using the variational autoencoder": a mean and a variance for each pixel (or each colour), or with Bernoulli pixels a logit.
 *
 * @returns a distribution whose tensors are the caller's: `tree.dispose` frees them.
 * @throws when z has another shape.
 */
export function decode(decoder: ConvDecoder, z: tf.Tensor): Independent<Bernoulli | Normal> {
  const size = decoder.body.weights.shape[0];
  checkShape("convVae.decode", "z", z, ["B", `Z=${size}`], `use z.reshape([-1, ${size}])`);
  const { image, likelihood, rawSigma, sigmaFloor } = decoder;
  return tree.tidy(() => {
    const start = image.side / 2 ** decoder.convs.length;
    const h: tf.Tensor = dense.apply(decoder.body, z).reshape([z.shape[0], start, start, -1]);
    const out = decoder.convs.reduce((maps, layer) => convTranspose2d.apply(layer, maps.relu()), h);
    if (likelihood === "bernoulli") return independent(bernoulli(out), 3); //   Π Bern(x; η(z))
    const [mu, raw] =
      rawSigma === undefined
        ? (tf.split(out, 2, 3) as [tf.Tensor, tf.Tensor]) //                    each [B, S, S, C]
        : [out, tf.onesLike(out).mul(rawSigma)]; // not broadcastTo, whose gradient is a slice for each pixel
    return independent(normal(mu, raw.softplus().add(sigmaFloor)), 3); //       Π N(x; μ(z), σ(z)²)
  });
}

/**
 * The evidence lower bound of each image x [B, S, S, C] and its two parts, by one reparameterized draw: each [B], in nats.
 *
 * @throws when x has another shape.
 */
export function elboTerms({ encoder, decoder }: ConvVae, x: tf.Tensor, key: random.Key): ElboTerms {
  checkImages("convVae.elbo", encoder, x);
  return tree.tidy(() => boundTerms(encode(encoder, x), (z) => decode(decoder, z), x, key));
}

/** `elboTerms` without the parts, [B]. */
export const elbo = (model: ConvVae, x: tf.Tensor, key: random.Key): tf.Tensor =>
  tf.tidy(() => elboTerms(model, x, key).elbo);

/**
 * The log weights of importance sampling with the encoder as proposal: log p(x|z_k) + log p(z_k) − log q(z_k|x), [K, B].
 *
 * @param draws K, how many z_k ~ q(z|x) for each image.
 * @throws when x has another shape, or K is not a whole number above 0.
 */
export function logWeights(
  { encoder, decoder }: ConvVae,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
): tf.Tensor {
  checkImages("convVae.logWeights", encoder, x);
  checkCount("convVae.logWeights", "draws", draws, 1);
  return tf.tidy(() => importanceLogWeights(encode(encoder, x), (z) => decode(decoder, z), x, key, draws));
}

/** The decoder's means for n draws from the prior: z ~ p(z), then E[x|z], [n, S, S, C]. */
export function sample({ encoder, decoder }: ConvVae, key: random.Key, n: number): tf.Tensor4D {
  checkCount("convVae.sample", "n", n, 1);
  return tf.tidy(() => decodeMean(decoder, random.normal(key, [n, latentSize(encoder)])));
}

/** The decoder's means at the encoder's means: x [B, S, S, C] → E[x|z = μ_φ(x)], [B, S, S, C]. */
export function reconstruct({ encoder, decoder }: ConvVae, x: tf.Tensor): tf.Tensor4D {
  checkImages("convVae.reconstruct", encoder, x);
  return tf.tidy(() => decodeMean(decoder, encode(encoder, x).mean()));
}

/** E[x|z] of z [B, Z], [B, S, S, C]. */
export const decodeMean = (decoder: ConvDecoder, z: tf.Tensor): tf.Tensor4D =>
  tf.tidy(() => decode(decoder, z).mean() as tf.Tensor4D);

function checkImages(caller: string, { image: { side, channels } }: ConvEncoder, x: tf.Tensor): void {
  const remedy = `use x.reshape([-1, ${side}, ${side}, ${channels}]), or tf.image.resizeBilinear for images of another size`;
  checkShape(caller, "x", x, ["B", side, side, channels], remedy);
}
