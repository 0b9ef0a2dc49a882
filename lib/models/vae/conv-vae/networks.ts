import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import { conv2d, convTranspose2d, type Conv2d, type ConvTranspose2d } from "../../../nn/conv";
import { dense, type Dense } from "../../../nn/dense";

/** q_φ(z|x): convolutions from an image to the mean and the standard deviation of its latent vector. */
export interface ConvEncoder {
  /** Each halves the side and is followed by a relu. */
  readonly convs: readonly Conv2d[];
  /** μ_φ, [F, Z] for the F numbers that the convolutions leave. */
  readonly mu: Dense;
  /** log σ_φ, [F, Z] */
  readonly logSigma: Dense;
  readonly image: ImageSize;
}

/** p_θ(x|z) with independent pixels: transposed convolutions from a latent vector to an image. */
export interface ConvDecoder {
  /** [Z, F] */
  readonly body: Dense;
  /** Each doubles the side; a relu stands before each. The last gives C logits or means a pixel, or C means and C raw deviations. */
  readonly convs: readonly ConvTranspose2d[];
  readonly image: ImageSize;
  /** What a colour of a pixel is: 0 or 1, or normal with a mean and a standard deviation from the network. */
  readonly likelihood: "bernoulli" | "gaussian";
  /** Where all pixels of a colour share one standard deviation, softplus of this and the floor: [C]. */
  readonly rawSigma?: tf.Tensor1D;
  /** Normal pixels have standard deviations above this. */
  readonly sigmaFloor: number;
}

/** Side in pixels and number of colours. */
export interface ImageSize {
  readonly side: number;
  readonly channels: number;
}

/** A variational autoencoder of square images by convolutions, with p(z) = N(0, I). */
export interface ConvVae {
  readonly encoder: ConvEncoder;
  readonly decoder: ConvDecoder;
}

/** Sizes and choices of a new model. */
export interface ConvVaeOptions {
  /** C, the colours: 3 by default. */
  readonly channels?: number;
  /** Pixels along a side, a multiple of 8; 64 by default. */
  readonly side?: number;
  /** Z, the length of the latent vector. */
  readonly latent: number;
  /** Channels after the first convolution, 32 by default; the second has twice, the third four times as many. */
  readonly width?: number;
  readonly likelihood?: ConvDecoder["likelihood"];
  /**
   * Whether the network gives each normal pixel its own standard deviation, as in the lecture (by default), or a colour's pixels share a
   * learned one. Its own makes training slow where images are sharp: pixels that are hard get a large deviation, and with it weak gradients
   * for their means. A shared one starts large and shrinks as the means improve (Rybkin et al. 2021, "σ-VAE").
   */
  readonly sigma?: "pixel" | "shared";
  /** Normal pixels have standard deviations above this, 0.1 by default: a constant pixel would else have infinite density. */
  readonly sigmaFloor?: number;
}

const LAYERS = 3;
const shrink = 2 ** LAYERS;

/**
 * A model with random weights: three convolutions of 4 × 4 pixels and stride 2 on the way in, three transposed ones on the way out.
 *
 * @throws when a size is not a whole number above 0, the side is no multiple of 8, or the floor is not above 0.
 */
export function init(key: random.Key, options: ConvVaeOptions): ConvVae {
  const { channels = 3, side = 64, latent, width = 32 } = options;
  const { likelihood = "gaussian", sigma = "pixel", sigmaFloor = 0.1 } = options;
  for (const [name, size] of Object.entries({ channels, side, latent, width }))
    checkCount("convVae.init", name, size, 1);
  if (side % shrink !== 0)
    throw new Error(`convVae.init: side must be a multiple of ${shrink}, as 64 is, got ${side}`);
  checkAbove("convVae.init", "sigmaFloor", sigmaFloor);
  const [down, muKey, sigmaKey, bodyKey, up] = random.split(key, 5);
  const inner = (side / shrink) ** 2 * 4 * width; // F
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

/** From the i-th number of channels to the next. */
const layer = (channels: readonly number[], i: number) => ({
  inputs: channels[i] ?? 0,
  outputs: channels[i + 1] ?? 0,
  size: 4,
  stride: 2,
});

/** Z, the length of a latent vector. */
export const latentSize = ({ mu }: ConvEncoder): number => mu.bias.shape[0];
