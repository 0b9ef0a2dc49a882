import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import type { Key } from "../../core/random";
import { showShape } from "../../core/tensor/shape";
import { dense, type Dense } from "../feedforward/dense";

/** Parameters of a layer between images and sequences of patches, and the side of a patch. */
export interface Patches {
  /** The affine layer of each patch. */
  readonly layer: Dense;
  /** P: a patch is P × P pixels. */
  readonly side: number;
}

/** The sizes of a new layer. */
export interface PatchesOptions {
  /** P: a patch is P × P pixels. */
  readonly side: number;
  /** C, the number of channels of the images. */
  readonly channels: number;
  /** E, the size of the vector of a patch. */
  readonly size: number;
}

/**
 * Cuts images into patches, and maps each to a vector (Dosovitskiy et al. 2021, section 3.1): cheaper
 * than a few small convolutions. The sequence has the rows of patches one after another.
 */
export const patches = {
  /**
   * Draws the weights as `dense.init` does.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: Key, { side, channels, size }: PatchesOptions): Patches {
    checkCount("patches.init", "side", side, 1);
    checkCount("patches.init", "channels", channels, 1);
    return { layer: dense.init(key, side * side * channels, size), side };
  },

  /**
   * Applies the layer: x [B, H, W, C] → [H/P · W/P, B, E].
   *
   * @throws if x has another number of channels, or the side does not divide its height and width.
   */
  apply({ layer, side }: Patches, x: tf.Tensor): tf.Tensor3D {
    const inputs = layer.weights.shape[0];
    const channels = inputs / (side * side);
    const [batch = 0, height = 0, width = 0] = x.shape;
    if (x.rank !== 4 || x.shape[3] !== channels || height % side !== 0 || width % side !== 0)
      throw new Error(
        `patches.apply: x must be [B, H, W, C=${channels}] with H and W multiples of ${side}, ` +
          `got ${showShape(x.shape)}`,
      );
    const [rows, columns] = [height / side, width / side];
    return tf.tidy(() => {
      const cut = x.reshape([batch, rows, side, columns, side, channels]).transpose([1, 3, 0, 2, 4, 5]);
      return dense.apply(layer, cut.reshape([rows * columns, batch, inputs])) as tf.Tensor3D;
    });
  },
};

/** Maps vectors to patches, and puts them together to images: the way back from `patches`. */
export const unpatches = {
  /**
   * Draws the weights as `dense.init` does.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: Key, { side, channels, size }: PatchesOptions): Patches {
    checkCount("unpatches.init", "side", side, 1);
    checkCount("unpatches.init", "channels", channels, 1);
    return { layer: dense.init(key, size, side * side * channels), side };
  },

  /**
   * Applies the layer: x [H/P · W/P, B, E] → [B, H, W, C].
   *
   * @param height H, a multiple of P.
   * @throws if x has another shape, or its patches do not fill images of this height.
   */
  apply({ layer, side }: Patches, x: tf.Tensor, height: number): tf.Tensor4D {
    const outputs = layer.weights.shape[1];
    const channels = outputs / (side * side);
    const [count = 0, batch = 0] = x.shape;
    const rows = height / side;
    if (x.rank !== 3 || !Number.isInteger(rows) || count % rows !== 0)
      throw new Error(
        `unpatches.apply: x must be [H/P · W/P, B, E] with H = ${height} and P = ${side}, ` +
          `got ${showShape(x.shape)}`,
      );
    const columns = count / rows;
    return tf.tidy(() => {
      const cut = dense.apply(layer, x).reshape([rows, columns, batch, side, side, channels]);
      return cut
        .transpose([2, 0, 3, 1, 4, 5])
        .reshape<tf.Tensor4D>([batch, height, columns * side, channels]);
    });
  },
};
