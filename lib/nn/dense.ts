import * as tf from "@tensorflow/tfjs";
import type { Key } from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import { checkShape } from "../core/tensor/shape";
import { glorotUniform } from "./glorot";

/** Parameters of an affine layer. */
export interface Dense {
  /** [In, Out] */
  readonly weights: tf.Tensor2D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
}

/** An affine layer, x W + b. */
export const dense = {
  /**
   * Draws weights from U(±√(6 / (In + Out))) (Glorot & Bengio 2010, equation 16), and sets the bias to zero.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: Key, inputs: number, outputs: number): Dense {
    checkCount("dense.init", "inputs", inputs, 1);
    checkCount("dense.init", "outputs", outputs, 1);
    return {
      weights: glorotUniform(key, [inputs, outputs], inputs, outputs) as tf.Tensor2D,
      bias: tf.zeros([outputs]),
    };
  },

  /**
   * Applies the layer: x [B, In] → [B, Out].
   *
   * @throws if x has another shape.
   */
  apply({ weights, bias }: Dense, x: tf.Tensor): tf.Tensor2D {
    checkShape("dense.apply", "x", x, ["B", `In=${weights.shape[0]}`], "reshape it to rows first");
    return tf.tidy(() => x.matMul<tf.Tensor2D>(weights).add(bias));
  },
};
