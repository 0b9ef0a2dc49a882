import { random } from "latent";
import { dense, type Dense } from "latent/nn";
import type { BenchModel, Labelled } from "../model";

/**
 * A network so small that calls take longer than the arithmetic, as in reinforcement learning: two hidden
 * tanh layers.
 */
export const tinyMlp: BenchModel<readonly Dense[], Labelled> = {
  sizes: { batch: 64, width: 32 },
  warmUp: 200,
  tolerance: 1e-3, // deterministic
  stepsPerCall: 100,
  targets: { "jax-jit": 0.4, "pytorch-eager": 0.2 },
  describe: ({ batch, width }) => `tiny MLP 2-${width}-${width}-1, batch ${batch}`,

  init: (key, { width }) => {
    const sizes = [2, width, width, 1];
    return random.split(key, 3).map((k, i) => dense.init(k, sizes[i] ?? 0, sizes[i + 1] ?? 0));
  },

  batch(key, { batch }) {
    const x = random.normal(key, [batch, 2]);
    return { x, y: x.sin().sum(1, true) };
  },

  loss(layers, { x, y }) {
    const output = layers.reduce((h, layer, i) => dense.apply(layer, i === 0 ? h : h.tanh()), x);
    return output.sub(y).square().mean();
  },
};
