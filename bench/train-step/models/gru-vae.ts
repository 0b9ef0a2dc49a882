import { random, tf } from "latent";
import { bernoulli, independent, klStdNormal, normal } from "latent/distributions";
import { dense, type Dense, gru, type Gru } from "latent/nn";
import type { BenchModel, Examples } from "../model";
import { coins } from "./coins";

const [TIME, DATA, LATENT] = [20, 16, 16];

interface GruVae {
  readonly encoder: { readonly gru: Gru; readonly head: Dense };
  readonly decoder: { readonly start: Dense; readonly gru: Gru; readonly logits: Dense };
}

/**
 * A VAE of sequences of 20 binary vectors: one GRU encodes them, another one, whose initial state depends on
 * z, predicts each vector from the previous ones.
 */
export const gruVae: BenchModel<GruVae, Examples> = {
  sizes: { batch: 32, width: 128 },
  warmUp: 30,
  tolerance: 0.02,
  targets: { "jax-jit": 1.0, "pytorch-eager": 0.6 },
  describe: ({ batch, width }) =>
    `GRU VAE T = ${TIME}, ${DATA} inputs, hidden ${width}, z = ${LATENT}, batch ${batch}`,

  init(key, { width }) {
    const keys = random.split(key, 5);
    return {
      encoder: { gru: gru.init(keys[0], DATA, width), head: dense.init(keys[1], width, 2 * LATENT) },
      decoder: {
        start: dense.init(keys[2], LATENT, width),
        gru: gru.init(keys[3], DATA, width),
        logits: dense.init(keys[4], width, DATA),
      },
    };
  },

  batch: (key, { batch }) => ({ x: coins(key, [TIME, batch, DATA]) }),

  loss({ encoder, decoder }, { x }, key) {
    const [, batch] = x.shape as [number, number];
    const width = encoder.head.weights.shape[0];
    const { last } = gru.run(encoder.gru, tf.zeros([batch, width]), x);
    const [mu, logSigma] = tf.split(dense.apply(encoder.head, last), 2, 1) as [tf.Tensor, tf.Tensor];
    const q = independent(normal(mu, logSigma.exp())); //                         [B] of [Z]
    const start = dense.apply(decoder.start, q.sample(key)).tanh(); //            [B, H]
    const before = tf.concat([tf.zeros([1, batch, DATA]), x.slice(0, TIME - 1)]); // x_0 … x_{T−1}
    const { all } = gru.run(decoder.gru, start, before); //                       [T, B, H]
    const logits = dense.apply(decoder.logits, all.reshape([TIME * batch, width])).reshape(x.shape);
    const p = independent(bernoulli(logits)); //                                  [T, B] of [D]
    return p.logProb(x).sum(0).sub(klStdNormal(q)).mean().neg();
  },
};
