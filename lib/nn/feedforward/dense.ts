import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { glorotUniform } from "./glorot";

/** Parameters of an affine layer. */
export interface Dense {
  /** [In, Out] */
  readonly weights: tf.Tensor2D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
}

/** How the parameters of an affine layer start. */
export interface DenseOptions {
  /** A factor of the weights, 1 by default; 0 or 0.01 for a head that should start near its bias. */
  readonly scale?: number;
  /** The value of the bias, 0 by default. */
  readonly bias?: number;
}

/** An affine layer, x W + b. */
export const dense = {
  /**
   * Draws weights from U(±√(6 / (In + Out))) (Glorot & Bengio 2010, equation 16), and sets the bias to zero.
   *
   * @param options a factor of the weights, and another value of the bias.
   * @throws if a size is not a positive integer, or an option is not finite.
   */
  init(key: Key, inputs: number, outputs: number, { scale = 1, bias = 0 }: DenseOptions = {}): Dense {
    checkCount("dense.init", "inputs", inputs, 1);
    checkCount("dense.init", "outputs", outputs, 1);
    for (const [name, value] of Object.entries({ scale, bias }))
      if (!Number.isFinite(value)) throw new Error(`dense.init: ${name} must be finite, got ${value}`);
    return tree.tidy(() => ({
      weights: glorotUniform(key, [inputs, outputs], inputs, outputs).mul<tf.Tensor2D>(scale),
      bias: tf.fill<tf.Rank.R1>([outputs], bias),
    }));
  },

  /**
   * Applies the layer: x [..., In] → [..., Out].
   *
   * @throws if x has no axis, or another size of the last one.
   */
  apply({ weights, bias }: Dense, x: tf.Tensor): tf.Tensor {
    const [inputs, outputs] = weights.shape;
    if (x.shape.at(-1) !== inputs)
      throw new Error(`dense.apply: x must be [..., In=${inputs}], got ${showShape(x.shape)}`);
    return tf.tidy(() => {
      if (x.rank === 2) return x.matMul(weights).add(bias);
      const rows = x.reshape([-1, inputs]).matMul(weights).add(bias); // one product is faster than a batch
      return rows.reshape([...x.shape.slice(0, -1), outputs]);
    });
  },
};
