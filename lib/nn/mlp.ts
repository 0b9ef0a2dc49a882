import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { activations, type Activation } from "./activations";
import { dense, type Dense } from "./dense";

/** Parameters of a multilayer perceptron, and the name of its nonlinearity. */
export interface Mlp {
  /** The affine layers, from the input on. */
  readonly layers: readonly Dense[];
  /** The nonlinearity after each layer. */
  readonly activation: Activation;
}

/** A multilayer perceptron: affine layers, each followed by the nonlinearity, including the last one. */
export const mlp = {
  /**
   * Draws the weights of each layer as `dense.init` does.
   *
   * @param sizes the numbers of units from the input to the last layer: [784, 400] is one layer of 400 units.
   * @throws if there are fewer than two sizes, or one is not a positive integer.
   */
  init(key: random.Key, sizes: readonly number[], activation: Activation = "relu"): Mlp {
    if (sizes.length < 2)
      throw new Error(
        `mlp.init: sizes must hold the input size and at least one layer size, got [${sizes.join(", ")}]`,
      );
    const keys = random.split(key, sizes.length - 1);
    const layers = keys.map((layerKey, i) => dense.init(layerKey, sizes[i] ?? 0, sizes[i + 1] ?? 0));
    return { layers, activation };
  },

  /** Applies the network: x [B, In] → [B, Out]. */
  apply({ layers, activation }: Mlp, x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => layers.reduce((h, layer) => activations[activation](dense.apply(layer, h)), x));
  },
};
