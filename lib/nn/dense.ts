import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import { checkShape } from "../core/tensor/shape";

/** Parameters of an affine layer. */
export interface Dense {
  /** [In, Out] */
  readonly weights: tf.Tensor2D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
}

/** An affine layer, x ↦ x W + b. */
export const dense = {
  /**
   * Weights uniform within ±√(6 / (In + Out)) (Glorot & Bengio 2010, equation 16), bias zero.
   *
   * @throws when a size is not a whole number above 0.
   */
  init(key: random.Key, inputs: number, outputs: number): Dense {
    checkCount("dense.init", "inputs", inputs, 1);
    checkCount("dense.init", "outputs", outputs, 1);
    const limit = Math.sqrt(6 / (inputs + outputs));
    return {
      weights: random.uniform(key, [inputs, outputs], { min: -limit, max: limit }) as tf.Tensor2D,
      bias: tf.zeros([outputs]),
    };
  },

  /**
   * x [B, In] → [B, Out].
   *
   * @throws when x has another shape.
   */
  apply({ weights, bias }: Dense, x: tf.Tensor): tf.Tensor2D {
    checkShape("dense.apply", "x", x, ["B", `In=${weights.shape[0]}`], "reshape it to rows first");
    return tf.tidy(() => x.matMul<tf.Tensor2D>(weights).add(bias));
  },
};
