import { random, scan, tf } from "latent";
import { independent, kl, normal } from "latent/distributions";
import { dense, type Dense, gru, type Gru } from "latent/nn";
import type { BenchModel, Examples } from "../model";

const [TIME, PIXELS, ACTIONS, LATENT, BODY] = [16, 1024, 1, 16, 128];
const SIGMA = 0.3;

interface Rssm {
  readonly body: Dense;
  readonly cell: Gru;
  readonly prior: Dense;
  readonly posterior: Dense;
  readonly decoder: { readonly body: Dense; readonly pixels: Dense };
}

/** Sequences of images and the actions between them. */
interface Sequences extends Examples {
  readonly actions: tf.Tensor;
}

/**
 * A recurrent state-space model (Hafner et al. 2019, section 3) of sequences of 16 images of 32 × 32 pixels:
 * h_t = GRU(h_t−1, [z_t−1, a_t−1]), prior p(z_t | h_t), posterior q(z_t | h_t, o_t), decoder
 * p(o_t | h_t, z_t).
 */
export const rssm: BenchModel<Rssm, Sequences> = {
  sizes: { batch: 32, width: 64 },
  warmUp: 30,
  tolerance: 0.05,
  targets: { "jax-jit": 1.0, "pytorch-eager": 0.5 },
  describe: ({ batch, width }) =>
    `RSSM T = ${TIME}, 32 × 32 pixels, hidden ${width}, z = ${LATENT}, batch ${batch}`,

  init(key, { width }) {
    const keys = random.split(key, 6);
    return {
      body: dense.init(keys[0], PIXELS, BODY),
      cell: gru.init(keys[1], LATENT + ACTIONS, width),
      prior: dense.init(keys[2], width, 2 * LATENT),
      posterior: dense.init(keys[3], width + BODY, 2 * LATENT),
      decoder: {
        body: dense.init(keys[4], width + LATENT, BODY),
        pixels: dense.init(keys[5], BODY, PIXELS),
      },
    };
  },

  batch(key, { batch }) {
    const [pixelKey, actionKey] = random.split(key);
    return {
      x: random.uniform(pixelKey, [TIME, batch, PIXELS]),
      actions: random.uniform(actionKey, [TIME, batch, ACTIONS]),
    };
  },

  loss({ body, cell, prior, posterior, decoder }, { x, actions }, key) {
    const [, batch] = x.shape as [number, number];
    const features = dense.apply(body, x).relu(); //                              [T, B, E]
    const noise = random.normal(key, [TIME, batch, LATENT]);
    const start = {
      h: tf.zeros([batch, cell.hiddenWeights.shape[0]]),
      z: tf.zeros([batch, LATENT]),
    };
    const [, { hs, mus, sigmas, zs }] = scan(
      (before, now: { e: tf.Tensor; a: tf.Tensor; epsilon: tf.Tensor }) => {
        const h = gru.step(cell, before.h, tf.concat([before.z, now.a], 1)); //   [B, H]
        const [mu, sigma] = split(dense.apply(posterior, tf.concat([h, now.e], 1)));
        const z = mu.add(sigma.mul(now.epsilon)); //                              [B, Z]
        return [
          { h, z },
          { hs: h, mus: mu, sigmas: sigma, zs: z },
        ];
      },
      start,
      { e: features, a: actions, epsilon: noise },
    );
    const hidden = dense.apply(decoder.body, tf.concat([hs, zs], 2)).relu();
    const error = dense.apply(decoder.pixels, hidden).sub(x).square().sum(2); //  [T, B]
    const q = independent(normal(mus, sigmas));
    const p = independent(normal(...split(dense.apply(prior, hs))));
    return error
      .div(2 * SIGMA ** 2)
      .add(kl(q, p))
      .sum(0)
      .mean();
  },
};

/** Splits [..., 2Z] into a mean and a standard deviation. */
function split(head: tf.Tensor): [mu: tf.Tensor, sigma: tf.Tensor] {
  const [mu, raw] = tf.split(head, 2, -1) as [tf.Tensor, tf.Tensor];
  return [mu, raw.softplus().add(0.1)];
}
