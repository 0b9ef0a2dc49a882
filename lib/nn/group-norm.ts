import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../core/numeric/check-number";
import { showShape } from "../core/tensor/shape";

/** Parameters of a group normalisation, with the number of its groups. */
export interface GroupNorm {
  /** γ, [C] */
  readonly scale: tf.Tensor1D;
  /** β, [C] */
  readonly shift: tf.Tensor1D;
  readonly groups: number;
}

/** Added to the variance, so that a constant group has a finite quotient. */
const EPSILON = 1e-5;

/**
 * Group normalisation (Wu & He 2018): within each example, each group of neighbouring channels gets mean 0 and variance 1 over
 * its pixels, then each channel its own scale γ and shift β. Nothing depends on the other examples of the batch.
 */
export const groupNorm = {
  /**
   * γ = 1, β = 0.
   *
   * @throws when a number is no whole number above 0, or the channels cannot be divided into so many groups.
   */
  init(channels: number, groups: number): GroupNorm {
    checkCount("groupNorm.init", "channels", channels, 1);
    checkCount("groupNorm.init", "groups", groups, 1);
    if (channels % groups !== 0)
      throw new Error(`groupNorm.init: groups must divide the ${channels} channels, got ${groups}`);
    return { scale: tf.ones([channels]), shift: tf.zeros([channels]), groups };
  },

  /**
   * x [B, ..., C] → [B, ..., C].
   *
   * @throws when x has another number of channels, or fewer than two axes.
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
      const normalised = centred.div(variance.add(EPSILON).sqrt()).reshape(x.shape);
      return normalised.mul(scale).add(shift);
    });
  },
};
