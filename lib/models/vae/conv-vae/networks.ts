import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import { conv2d, convTranspose2d, type Conv2d, type ConvTranspose2d } from "../../../nn/images/conv";
import { dense, type Dense } from "../../../nn/feedforward/dense";

/** q_φ(z|x): convolutions from an image to the mean and the standard deviation of its latent vector. */
export interface ConvEncoder {
  /** Convolutions with stride 2, each followed by a relu. */
  readonly convs: readonly Conv2d[];
  /** μ_φ, [F, Z], for the F features after the convolutions. */
  readonly mu: Dense;
  /** log σ_φ, [F, Z]. */
  readonly logSigma: Dense;
  /** S and C of the images. */
  readonly image: ImageSize;
}

/** p_θ(x|z) with independent pixels: transposed convolutions from a latent vector to an image. */
export interface ConvDecoder {
  /** From a latent vector to F features, [Z, F]. */
  readonly body: Dense;
  /**
   * Transposed convolutions with stride 2, each preceded by a relu. The last one outputs per pixel C logits
   * or means, or C means and C raw standard deviations.
   */
  readonly convs: readonly ConvTranspose2d[];
  /** S and C of the images. */
  readonly image: ImageSize;
  /** The distribution of a pixel's channel given z. */
  readonly likelihood: "bernoulli" | "gaussian";
  /**
   * softplus⁻¹(σ − floor) where all pixels of a channel share one standard deviation, [C]; otherwise absent.
   */
  readonly rawSigma?: tf.Tensor1D;
  /** The smallest standard deviation of a normal pixel. */
  readonly sigmaFloor: number;
}

/** The size of a square image. */
export interface ImageSize {
  /** S, in pixels. */
  readonly side: number;
  /** C, the number of colour channels. */
  readonly channels: number;
}

/** A convolutional variational autoencoder of square images with the prior p(z) = N(0, I). */
export interface ConvVae {
  /** q_φ(z|x). */
  readonly encoder: ConvEncoder;
  /** p_θ(x|z). */
  readonly decoder: ConvDecoder;
}

/** Options of `convVae.init`. */
export interface ConvVaeOptions {
  /** C, the number of colour channels; 3 by default. */
  readonly channels?: number;
  /** S, the side in pixels, a multiple of 8; 64 by default. */
  readonly side?: number;
  /** Z, the length of the latent vector. */
  readonly latent: number;
  /**
   * Channels after the first convolution; 32 by default. The second has twice, the third four times as many.
   */
  readonly width?: number;
  /** The distribution of a pixel's channel given z; "gaussian" by default. */
  readonly likelihood?: ConvDecoder["likelihood"];
  /**
   * Whether the network outputs a standard deviation per pixel, as in the lecture (the default), or the
   * pixels of a channel share a learned one.
   *
   * Standard deviations per pixel slow training on sharp images: hard pixels get a large one, and with it
   * small gradients for their means. A shared one starts large and shrinks as the means improve (Rybkin et
   * al. 2021, "σ-VAE").
   */
  readonly sigma?: "pixel" | "shared";
  /**
   * The smallest standard deviation of a normal pixel, which bounds the density of constant ones; 0.1 by
   * default.
   */
  readonly sigmaFloor?: number;
}

const LAYERS = 3;
const DOWNSAMPLING = 2 ** LAYERS;

/**
 * Returns a model with random weights: three 4 × 4 convolutions with stride 2 in the encoder, three
 * transposed ones in the decoder.
 *
 * @throws if a size is not a positive integer, the side is not a multiple of 8, or the floor is not positive.
 */
export function init(key: random.Key, options: ConvVaeOptions): ConvVae {
  const { channels = 3, side = 64, latent, width = 32 } = options;
  const { likelihood = "gaussian", sigma = "pixel", sigmaFloor = 0.1 } = options;
  for (const [name, size] of Object.entries({ channels, side, latent, width }))
    checkCount("convVae.init", name, size, 1);
  if (side % DOWNSAMPLING !== 0)
    throw new Error(`convVae.init: side must be a multiple of ${DOWNSAMPLING}, such as 64, got ${side}`);
  checkAbove("convVae.init", "sigmaFloor", sigmaFloor);
  const [down, muKey, sigmaKey, bodyKey, up] = random.split(key, 5);
  const inner = (side / DOWNSAMPLING) ** 2 * 4 * width; // F
  const image = { side, channels };
  const shared = likelihood === "gaussian" && sigma === "shared";
  const out = likelihood === "gaussian" && !shared ? 2 * channels : channels;
  const inwards = [channels, width, 2 * width, 4 * width];
  const outwards = [4 * width, 2 * width, width, out];
  return {
    encoder: {
      convs: random.split(down, LAYERS).map((k, i) => conv2d.init(k, layer(inwards, i))),
      mu: dense.init(muKey, inner, latent),
      logSigma: dense.init(sigmaKey, inner, latent),
      image,
    },
    decoder: {
      body: dense.init(bodyKey, latent, inner),
      convs: random.split(up, LAYERS).map((k, i) => convTranspose2d.init(k, layer(outwards, i))),
      image,
      likelihood,
      ...(shared ? { rawSigma: tf.zeros<tf.Rank.R1>([channels]) } : {}),
      sigmaFloor,
    },
  };
}

/** Options of the layer from the i-th number of channels to the next. */
function layer(channels: readonly number[], i: number) {
  return { inputs: channels[i] ?? 0, outputs: channels[i + 1] ?? 0, size: 4, stride: 2 };
}
