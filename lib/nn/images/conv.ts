import * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import { toFloat } from "../../core/tensor/to-float";
import { glorotUniform } from "../feedforward/glorot";

/** Parameters of a convolution of images, and its stride. */
export interface Conv2d {
  /** [K, K, In, Out] */
  readonly weights: tf.Tensor4D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
  /** Pixels between neighbouring positions of the kernel. */
  readonly stride: number;
}

/** Parameters of a transposed convolution of images, and its stride. */
export interface ConvTranspose2d {
  /** Weights of the convolution of which this is the transpose, [K, K, Out, In]. */
  readonly weights: tf.Tensor4D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
  /** Pixels between neighbouring positions of the kernel. */
  readonly stride: number;
}

/** The sizes of a new layer. */
export interface ConvOptions {
  /** The number of input channels. */
  readonly inputs: number;
  /** The number of output channels. */
  readonly outputs: number;
  /** K: the kernel is K × K pixels. */
  readonly size: number;
  /** Pixels between neighbouring positions of the kernel, 1 by default. */
  readonly stride?: number;
}

/** A convolution of zero-padded images, with one output pixel for every `stride` × `stride` input pixels. */
export const conv2d = {
  /**
   * Draws weights from U(±√(6 / (K² In + K² Out))) (Glorot & Bengio 2010, equation 16), and sets the bias to
   * zero.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: Key, options: ConvOptions): Conv2d {
    const { inputs, outputs, size, stride } = checked("conv2d.init", options);
    const weights = glorot(key, [size, size, inputs, outputs]);
    return { weights, bias: tf.zeros([outputs]), stride };
  },

  /**
   * Applies the layer: x [B, H, W, In] → [B, ⌈H / stride⌉, ⌈W / stride⌉, Out].
   *
   * @throws if x has another shape.
   */
  apply({ weights, bias, stride }: Conv2d, x: tf.Tensor): tf.Tensor4D {
    checkShape("conv2d.apply", "x", x, ["B", "H", "W", `In=${weights.shape[2]}`], CHANNELS_LAST);
    return tf.tidy(() => tf.conv2d(toFloat(x) as tf.Tensor4D, weights, stride, "same").add(bias));
  },
};

/** A transposed convolution of images, with `stride` × `stride` output pixels for every input pixel. */
export const convTranspose2d = {
  /**
   * Draws weights from U(±√(6 / (K² In + K² Out))) (Glorot & Bengio 2010, equation 16), and sets the bias to
   * zero.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: Key, options: ConvOptions): ConvTranspose2d {
    const { inputs, outputs, size, stride } = checked("convTranspose2d.init", options);
    const weights = glorot(key, [size, size, outputs, inputs]);
    return { weights, bias: tf.zeros([outputs]), stride };
  },

  /**
   * Applies the layer: x [B, H, W, In] → [B, H · stride, W · stride, Out]. This is the gradient of `conv2d`
   * with respect to its input.
   *
   * @throws if x has another shape.
   */
  apply({ weights, bias, stride }: ConvTranspose2d, x: tf.Tensor): tf.Tensor4D {
    checkShape("convTranspose2d.apply", "x", x, ["B", "H", "W", `In=${weights.shape[3]}`], CHANNELS_LAST);
    const [batch, height, width] = x.shape as [number, number, number];
    const shape: [number, number, number, number] = [
      batch,
      height * stride,
      width * stride,
      weights.shape[2],
    ];
    return tf.tidy(() =>
      tf.conv2dTranspose(toFloat(x) as tf.Tensor4D, weights, shape, stride, "same").add(bias),
    );
  },
};

const CHANNELS_LAST = "the channels must be the last axis";

function checked(caller: string, options: ConvOptions): Required<ConvOptions> {
  const complete = { stride: 1, ...options };
  const { inputs, outputs, size, stride } = complete;
  for (const [name, value] of Object.entries({ inputs, outputs, size, stride }))
    checkCount(caller, name, value, 1);
  return complete;
}

/** Draws weights [K, K, a, b] for K² a inputs and K² b outputs per unit, or the reverse. */
function glorot(key: Key, shape: [number, number, number, number]): tf.Tensor4D {
  const [height, width, a, b] = shape;
  return glorotUniform(key, shape, height * width * a, height * width * b) as tf.Tensor4D;
}
