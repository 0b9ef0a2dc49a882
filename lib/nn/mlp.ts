import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { activations, type Activation } from "./activations";
import { dense, type Dense } from "./dense";

/** Parameters of a multilayer perceptron, with the name of its nonlinearity. */
export interface Mlp {
  readonly layers: readonly Dense[];
  readonly activation: Activation;
}

/** Affine layers, each followed by the nonlinearity, the last one too: a network's body, to which heads are put. */
export const mlp = {
  /**
   * @param sizes numbers of units from the input to the last layer: [784, 400] is one layer of 400 units.
   * @throws when there are fewer than two sizes.
   */
  init(key: random.Key, sizes: readonly number[], activation: Activation = "relu"): Mlp {
    if (sizes.length < 2)
      throw new Error(
        `mlp.init: sizes must name the inputs and at least one layer, got [${sizes.join(", ")}]`,
      );
    const keys = random.split(key, sizes.length - 1);
    const layers = keys.map((layerKey, i) => dense.init(layerKey, sizes[i] ?? 0, sizes[i + 1] ?? 0));
    return { layers, activation };
  },

  /** x [B, In] → [B, Out]. */
  apply({ layers, activation }: Mlp, x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => layers.reduce((h, layer) => activations[activation](dense.apply(layer, h)), x));
  },
};
