import { random, tf } from "latent";
import { independent, klStdNormal, normal } from "latent/distributions";
import {
  dense,
  type Dense,
  learnedPositions,
  type LearnedPositions,
  transformer,
  type Transformer,
} from "latent/nn";
import type { BenchModel, Labelled } from "../model";

const [CHUNK, JOINTS, LATENT, HEADS] = [25, 14, 32, 4];
const KL_WEIGHT = 10;

interface ActionChunks {
  readonly style: {
    readonly joints: Dense;
    readonly actions: Dense;
    readonly positions: LearnedPositions;
    readonly stack: Transformer;
    readonly head: Dense;
  };
  readonly encoder: { readonly z: Dense; readonly joints: Dense; readonly stack: Transformer };
  readonly decoder: {
    readonly queries: LearnedPositions;
    readonly stack: Transformer;
    readonly actions: Dense;
  };
}

/**
 * Action chunks with transformers (Zhao et al. 2023, figure 4) without cameras: a style encoder over the
 * joints and a chunk of 25 actions, an encoder over z and the joints, and a decoder to the chunk.
 */
export const actionChunks: BenchModel<ActionChunks, Labelled> = {
  sizes: { batch: 32, width: 64 },
  warmUp: 30,
  tolerance: 0.05,
  targets: { "jax-jit": 1.0, "pytorch-eager": 0.8, "torch-compile": 1.0 },
  describe: ({ batch, width }) =>
    `ACT, chunk ${CHUNK}, ${JOINTS} joints, E = ${width}, ${HEADS} heads, 2 + 2 + 2 blocks, batch ${batch}`,

  init(key, { width: size }) {
    const keys = random.split(key, 11);
    const blocks = { size, heads: HEADS, blocks: 2 };
    return {
      style: {
        joints: dense.init(keys[0], JOINTS, size),
        actions: dense.init(keys[1], JOINTS, size),
        positions: learnedPositions.init(keys[2], CHUNK + 1, size),
        stack: transformer.init(keys[3], blocks),
        head: dense.init(keys[4], size, 2 * LATENT),
      },
      encoder: {
        z: dense.init(keys[5], LATENT, size),
        joints: dense.init(keys[6], JOINTS, size),
        stack: transformer.init(keys[7], blocks),
      },
      decoder: {
        queries: learnedPositions.init(keys[8], CHUNK, size),
        stack: transformer.init(keys[9], { ...blocks, context: size }),
        actions: dense.init(keys[10], size, JOINTS),
      },
    };
  },

  batch(key, { batch }) {
    const [jointKey, actionKey] = random.split(key);
    return {
      x: random.normal(jointKey, [batch, JOINTS]),
      y: random.normal(actionKey, [CHUNK, batch, JOINTS]),
    };
  },

  loss({ style, encoder, decoder }, { x, y }, key) {
    const [batch] = x.shape as [number];
    const tokens = tf.concat([dense.apply(style.joints, x).expandDims(0), dense.apply(style.actions, y)]);
    const seen = transformer.apply(style.stack, learnedPositions.apply(style.positions, tokens));
    const [mu, logSigma] = tf.split(dense.apply(style.head, entry(seen, 0)), 2, 1) as [tf.Tensor, tf.Tensor];
    const q = independent(normal(mu, logSigma.exp())); //                         [B] of [Z]
    const z = dense.apply(encoder.z, q.sample(key));
    const context = transformer.apply(
      encoder.stack,
      tf.stack([z, dense.apply(encoder.joints, x)]), //                           [2, B, E]
    );
    const size = decoder.actions.weights.shape[0];
    const queries = learnedPositions.apply(decoder.queries, tf.zeros([CHUNK, batch, size]));
    const actions = dense.apply(decoder.actions, transformer.apply(decoder.stack, queries, { context }));
    return actions.sub(y).abs().mean().add(klStdNormal(q).mean().mul(KL_WEIGHT));
  },
};

/** Returns x_t of x [T, ...]. */
function entry(x: tf.Tensor, t: number): tf.Tensor {
  return x.slice(t, 1).squeeze([0]);
}
