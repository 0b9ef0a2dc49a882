import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";

/** Parameters of a layer normalization. */
export interface LayerNorm {
  /** γ, [C] */
  readonly scale: tf.Tensor1D;
  /** β, [C] */
  readonly shift: tf.Tensor1D;
}

/** Added to the variance. */
const EPSILON = 1e-5;

/**
 * Layer normalization (Ba, Kiros & Hinton 2016) over the last axis: (x − mean) / √(variance + 10⁻⁵) · γ + β.
 */
export const layerNorm = {
  /**
   * Sets γ to one and β to zero.
   *
   * @throws if the size is not a positive integer.
   */
  init(size: number): LayerNorm {
    checkCount("layerNorm.init", "size", size, 1);
    return { scale: tf.ones([size]), shift: tf.zeros([size]) };
  },

  /**
   * Applies the layer: x [..., C] → [..., C].
   *
   * @throws if the last axis has another size.
   */
  apply({ scale, shift }: LayerNorm, x: tf.Tensor): tf.Tensor {
    const size = scale.shape[0];
    if (x.shape.at(-1) !== size)
      throw new Error(`layerNorm.apply: x must be [..., C=${size}], got ${showShape(x.shape)}`);
    return tf.tidy(() => {
      const centred = x.sub(x.mean(-1, true));
      const variance = centred.square().mean(-1, true); //                 [..., 1]
      return centred.div(variance.add(EPSILON).sqrt()).mul(scale).add(shift);
    });
  },
};
