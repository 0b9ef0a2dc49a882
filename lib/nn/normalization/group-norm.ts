import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { showShape } from "../../core/tensor/shape";

/** Parameters of group normalization, and the number of groups. */
export interface GroupNorm {
  /** γ, [C] */
  readonly scale: tf.Tensor1D;
  /** β, [C] */
  readonly shift: tf.Tensor1D;
  /** The number of groups of channels. */
  readonly groups: number;
}

/** Added to the variance, so that a constant group is not divided by 0. */
const EPSILON = 1e-5;

/**
 * Group normalization (Wu & He 2018): normalizes each group of neighbouring channels of an example to mean 0
 * and variance 1, then applies a scale γ and a shift β to each channel. Examples of a batch do not affect
 * each other.
 */
export const groupNorm = {
  /**
   * Returns γ = 1 and β = 0.
   *
   * @throws if a number is not a positive integer, or `groups` does not divide `channels`.
   */
  init(channels: number, groups: number): GroupNorm {
    checkCount("groupNorm.init", "channels", channels, 1);
    checkCount("groupNorm.init", "groups", groups, 1);
    if (channels % groups !== 0)
      throw new Error(`groupNorm.init: groups must divide the ${channels} channels, got ${groups}`);
    return { scale: tf.ones([channels]), shift: tf.zeros([channels]), groups };
  },

  /**
   * Applies the layer: x [B, ..., C] → [B, ..., C].
   *
   * @throws if x has another number of channels, or fewer than two axes.
   */
  apply({ scale, shift, groups }: GroupNorm, x: tf.Tensor): tf.Tensor {
    const channels = scale.shape[0];
    if (x.rank < 2 || x.shape.at(-1) !== channels)
      throw new Error(`groupNorm.apply: x must be [B, ..., C=${channels}], got ${showShape(x.shape)}`);
    return tf.tidy(() => {
      const batch = x.shape[0];
      const grouped = x.reshape([batch, -1, groups, channels / groups]); //       [B, pixels, G, C / G]
      const centred = grouped.sub(grouped.mean([1, 3], true));
      const variance = centred.square().mean([1, 3], true); //                    [B, 1, G, 1]
      const normalized = centred.div(variance.add(EPSILON).sqrt()).reshape(x.shape);
      return normalized.mul(scale).add(shift);
    });
  },
};
