import * as tf from "@tensorflow/tfjs";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import { checkShape } from "../core/tensor/shape";

/** Parameters of a convolution over images, with its stride. */
export interface Conv2d {
  /** [K, K, In, Out] */
  readonly weights: tf.Tensor4D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
  readonly stride: number;
}

/** Parameters of a transposed convolution over images, with its stride. */
export interface ConvTranspose2d {
  /** [K, K, Out, In]: the weights of the convolution that goes the other way. */
  readonly weights: tf.Tensor4D;
  /** [Out] */
  readonly bias: tf.Tensor1D;
  readonly stride: number;
}

/** Sizes of a new layer. */
export interface ConvOptions {
  /** Channels that go in. */
  readonly inputs: number;
  /** Channels that come out. */
  readonly outputs: number;
  /** K: the kernel is K × K pixels. */
  readonly size: number;
  /** Pixels between two places of the kernel, 1 by default. */
  readonly stride?: number;
}

/** A convolution of images, with zeros around them so that it gives a pixel for every `stride` pixels. */
export const conv2d = {
  /**
   * Weights uniform within ±√(6 / (K² In + K² Out)) (Glorot & Bengio 2010, equation 16), bias zero.
   *
   * @throws when a size is not a whole number above 0.
   */
  init(key: random.Key, options: ConvOptions): Conv2d {
    const { inputs, outputs, size, stride } = checked("conv2d.init", options);
    const weights = glorot(key, [size, size, inputs, outputs]);
    return { weights, bias: tf.zeros([outputs]), stride };
  },

  /**
   * x [B, H, W, In] → [B, ⌈H / stride⌉, ⌈W / stride⌉, Out].
   *
   * @throws when x has another shape.
   */
  apply({ weights, bias, stride }: Conv2d, x: tf.Tensor): tf.Tensor4D {
    checkShape("conv2d.apply", "x", x, ["B", "H", "W", `In=${weights.shape[2]}`], CHANNELS_LAST);
    return tf.tidy(() => tf.conv2d(x as tf.Tensor4D, weights, stride, "same").add(bias));
  },
};

/** A transposed convolution of images, which makes `stride` × `stride` pixels of each pixel. */
export const convTranspose2d = {
  /**
   * Weights uniform within ±√(6 / (K² In + K² Out)) (Glorot & Bengio 2010, equation 16), bias zero.
   *
   * @throws when a size is not a whole number above 0.
   */
  init(key: random.Key, options: ConvOptions): ConvTranspose2d {
    const { inputs, outputs, size, stride } = checked("convTranspose2d.init", options);
    const weights = glorot(key, [size, size, outputs, inputs]);
    return { weights, bias: tf.zeros([outputs]), stride };
  },

  /**
   * x [B, H, W, In] → [B, H · stride, W · stride, Out]: the gradient of `conv2d` by its input.
   *
   * @throws when x has another shape.
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
    return tf.tidy(() => tf.conv2dTranspose(x as tf.Tensor4D, weights, shape, stride, "same").add(bias));
  },
};

const CHANNELS_LAST = "images have their channels last";

function checked(caller: string, options: ConvOptions): Required<ConvOptions> {
  const complete = { stride: 1, ...options };
  const { inputs, outputs, size, stride } = complete;
  for (const [name, value] of Object.entries({ inputs, outputs, size, stride }))
    checkCount(caller, name, value, 1);
  return complete;
}

/** Weights [K, K, a, b] for K² a inputs of a unit and K² b outputs, or the other way round. */
function glorot(key: random.Key, shape: [number, number, number, number]): tf.Tensor4D {
  const [height, width, a, b] = shape;
  const limit = Math.sqrt(6 / (height * width * (a + b)));
  return random.uniform(key, shape, { min: -limit, max: limit }) as tf.Tensor4D;
}
