import { random, tf } from "latent";
import { bernoulli, independent, klStdNormal, normal } from "latent/distributions";
import { conv2d, type Conv2d, convTranspose2d, type ConvTranspose2d, dense, type Dense } from "latent/nn";
import type { BenchModel, Examples } from "../model";
import { coins } from "./coins";

const [SIDE, CHANNELS, LATENT] = [64, 3, 64];

interface ConvVae {
  readonly encoder: { readonly convs: readonly Conv2d[]; readonly head: Dense };
  readonly decoder: { readonly body: Dense; readonly convs: readonly ConvTranspose2d[] };
}

/**
 * A VAE of images [64, 64, 3]. Encoder: three 4 × 4 convolutions with stride 2 to 32, 64 and 128 channels,
 * with relu, then a dense layer to μ and log σ. Decoder: a dense layer with relu, then transposed
 * convolutions to 64, 32 and 3 channels.
 */
export const convVae: BenchModel<ConvVae, Examples> = {
  sizes: { batch: 32, width: 32 },
  warmUp: 12,
  tolerance: 0.05,
  targets: { "jax-jit": 0.65, "pytorch-eager": 1.0 },
  describe: ({ batch, width }) =>
    `conv VAE ${SIDE}×${SIDE}×${CHANNELS}, channels ${width}-${2 * width}-${4 * width}, ` +
    `z = ${LATENT}, batch ${batch}`,

  init(key, { width }) {
    const [down, headKey, bodyKey, up] = random.split(key, 4);
    const channels = [CHANNELS, width, 2 * width, 4 * width];
    const features = (SIDE / 8) ** 2 * 4 * width;
    const sizes = (inputs = 0, outputs = 0) => ({ inputs, outputs, size: 4, stride: 2 });
    const back = [...channels].reverse();
    return {
      encoder: {
        convs: random.split(down, 3).map((k, i) => conv2d.init(k, sizes(channels[i], channels[i + 1]))),
        head: dense.init(headKey, features, 2 * LATENT),
      },
      decoder: {
        body: dense.init(bodyKey, LATENT, features),
        convs: random.split(up, 3).map((k, i) => convTranspose2d.init(k, sizes(back[i], back[i + 1]))),
      },
    };
  },

  batch: (key, { batch }) => ({ x: coins(key, [batch, SIDE, SIDE, CHANNELS]) }),

  loss({ encoder, decoder }, { x }, key) {
    const h = encoder.convs.reduce((image, layer) => conv2d.apply(layer, image).relu(), x);
    const flat = h.reshape([h.shape[0], -1]); //                                        [B, 8·8·128]
    const [mu, logSigma] = tf.split(dense.apply(encoder.head, flat), 2, 1) as [tf.Tensor, tf.Tensor];
    const q = independent(normal(mu, logSigma.exp())); //                               [B] of [Z]
    const start = dense.apply(decoder.body, q.sample(key)).relu().reshape(h.shape);
    const logits = decoder.convs.reduce(
      (image, layer, i) => convTranspose2d.apply(layer, i === 0 ? image : image.relu()),
      start,
    );
    const p = independent(bernoulli(logits), 3); //                                     [B] of [64, 64, 3]
    return p.logProb(x).sub(klStdNormal(q)).mean().neg();
  },
};
