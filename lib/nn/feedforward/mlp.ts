import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { activations, type Activation } from "./activations";
import { dense, type Dense, type DenseOptions } from "./dense";

/** Parameters of a multilayer perceptron, and the names of its nonlinearities. */
export interface Mlp {
  /** The affine layers, from the input on. */
  readonly layers: readonly Dense[];
  /** The nonlinearity after each layer. */
  readonly activation: Activation;
  /** That after the last layer, if it is another one; "linear" for none. */
  readonly output?: Activation | "linear";
}

/** The nonlinearities of a multilayer perceptron, and how its last layer starts. */
export interface MlpOptions {
  /** The nonlinearity after each layer, "relu" by default. */
  readonly activation?: Activation;
  /** That after the last layer, the same by default; "linear" for a head. */
  readonly output?: Activation | "linear";
  /** How the last layer starts. */
  readonly last?: DenseOptions;
}

/** A multilayer perceptron: affine layers, each followed by a nonlinearity. */
export const mlp = {
  /**
   * Draws the weights of each layer as `dense.init` does.
   *
   * @param sizes the numbers of units from the input to the last layer: [784, 400] is one layer of 400 units.
   * @param options the nonlinearities; a name alone is that of all layers, the last one included.
   * @throws if there are fewer than two sizes, or one is not a positive integer.
   */
  init(key: random.Key, sizes: readonly number[], options: Activation | MlpOptions = {}): Mlp {
    if (sizes.length < 2)
      throw new Error(
        `mlp.init: sizes must hold the input size and at least one layer size, got [${sizes.join(", ")}]`,
      );
    const given: MlpOptions = typeof options === "string" ? { activation: options } : options;
    const { activation = "relu", output, last } = given;
    const keys = random.split(key, sizes.length - 1);
    const layers = keys.map((layerKey, i) =>
      dense.init(layerKey, sizes[i] ?? 0, sizes[i + 1] ?? 0, i === keys.length - 1 ? last : {}),
    );
    return { layers, activation, ...(output !== undefined && { output }) };
  },

  /** Applies the network: x [..., In] → [..., Out]. */
  apply({ layers, activation, output = activation }: Mlp, x: tf.Tensor): tf.Tensor {
    return tf.tidy(() =>
      layers.reduce((h, layer, i) => {
        const name = i === layers.length - 1 ? output : activation;
        const y = dense.apply(layer, h);
        return name === "linear" ? y : activations[name](y);
      }, x),
    );
  },
};
