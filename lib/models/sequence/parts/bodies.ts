import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../../core/numeric/check-number";
import * as random from "../../../core/random";
import { sizeOf, type Shape } from "../../../core/tensor/shape";
import { dense, type Dense } from "../../../nn/feedforward/dense";
import { mlp, type Mlp } from "../../../nn/feedforward/mlp";
import { conv2d, convTranspose2d, type Conv2d, type ConvTranspose2d } from "../../../nn/images/conv";
import { patches, unpatches, type Patches } from "../../../nn/images/patches";

/** Which network reads an observation, or writes its means. */
export type BodyOptions =
  | {
      /** The observation itself, without a network: only of encoders, for short vectors. */
      readonly kind: "identity";
    }
  | {
      /** Affine layers on all numbers of the observation. */
      readonly kind: "mlp";
      /** Units of the hidden layers, from the observation on; [128] by default. */
      readonly hidden?: readonly number[];
    }
  | {
      /**
       * For images: three 4 × 4 convolutions with stride 2 ("conv"), or patches of 4 × 4 pixels and then
       * of 2 × 2 patches ("patches"), which take about a sixth of the time.
       */
      readonly kind: "conv" | "patches";
      /** Channels of the first layer, 16 by default; the second has twice, the third four times as many. */
      readonly width?: number;
    };

/** From observations to vectors. */
export type Reader =
  | {
      /** Which of the networks this is. */
      readonly kind: "identity";
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "mlp";
      /** The layers. */
      readonly network: Mlp;
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "conv";
      /** Convolutions with stride 2, each followed by an ELU. */
      readonly convs: readonly Conv2d[];
      /** From all numbers that are left to the vector. */
      readonly output: Dense;
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "patches";
      /** Layers of patches, each followed by an ELU. */
      readonly layers: readonly Patches[];
      /** From all numbers that are left to the vector. */
      readonly output: Dense;
    };

/** From vectors to the means, or the logits, of observations. */
export type Writer =
  | {
      /** Which of the networks this is. */
      readonly kind: "mlp";
      /** The layers. */
      readonly network: Mlp;
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "conv";
      /** From the vector to the smallest image. */
      readonly input: Dense;
      /** Transposed convolutions with stride 2, each preceded by an ELU. */
      readonly convs: readonly ConvTranspose2d[];
    }
  | {
      /** Which of the networks this is. */
      readonly kind: "patches";
      /** From the vector to the smallest image. */
      readonly input: Dense;
      /** Layers of patches, each preceded by an ELU. */
      readonly layers: readonly Patches[];
    };

/** The sides of the patches, from the image on. */
const SIDES = [4, 2] as const;
const LAYERS = 3;
const DOWNSAMPLING = 8; // of both the convolutions and the patches

/**
 * Returns a network from observations of a shape, [O] or [S, S, C], to vectors [F].
 *
 * @throws if a size is not a positive integer, or images do not fit a network for images.
 */
export function initReader(
  caller: string,
  key: random.Key,
  [shape, features]: readonly [shape: Shape, features: number],
  options: BodyOptions,
): Reader {
  if (options.kind === "identity") return options;
  if (options.kind === "mlp") {
    const { hidden = [128] } = options;
    return { kind: "mlp", network: mlp.init(key, [sizeOf(shape), ...hidden, features], "elu") };
  }
  const { kind, width = 16 } = options;
  const [side, channels] = imageSize(caller, shape, width);
  const [layersKey, outputKey] = random.split(key);
  const output = dense.init(outputKey, (side / DOWNSAMPLING) ** 2 * 4 * width, features);
  const keys = random.split(layersKey, LAYERS);
  if (kind === "patches") {
    const layers = [
      patches.init(keys[0], { side: SIDES[0], channels, size: 2 * width }),
      patches.init(keys[1], { side: SIDES[1], channels: 2 * width, size: 4 * width }),
    ];
    return { kind, layers, output };
  }
  const counts = [channels, width, 2 * width, 4 * width];
  return { kind, convs: keys.map((each, i) => conv2d.init(each, convolution(counts, i))), output };
}

/** Returns the length of the vectors that a reader makes of observations of a shape. */
export function readerSize(reader: Reader, shape: Shape): number {
  if (reader.kind === "identity") return sizeOf(shape);
  const last = reader.kind === "mlp" ? reader.network.layers.at(-1) : reader.output;
  return last?.bias.shape[0] ?? 0;
}

/** Reads observations, [N, ...E] → [N, F]. */
export function read(reader: Reader, x: tf.Tensor): tf.Tensor {
  const rows = x.shape[0];
  switch (reader.kind) {
    case "identity":
      return x.reshape([rows, -1]);
    case "mlp":
      return mlp.apply(reader.network, x.reshape([rows, -1]));
    case "conv": {
      const maps = reader.convs.reduce((image, layer) => conv2d.apply(layer, image).elu(), x);
      return dense.apply(reader.output, maps.reshape([rows, -1])).elu();
    }
    case "patches": {
      const maps = reader.layers.reduce((image, layer) => {
        const side = (image.shape[1] ?? 0) / layer.side;
        const cut = patches.apply(layer, image).elu(); //                        [side², N, E]
        return cut.transpose([1, 0, 2]).reshape([rows, side, side, -1]);
      }, x);
      return dense.apply(reader.output, maps.reshape([rows, -1])).elu();
    }
  }
}

/**
 * Returns a network from vectors to the means of observations of a shape, [O] or [S, S, C].
 *
 * @throws if a size is not a positive integer, or images do not fit a network for images.
 */
export function initWriter(
  caller: string,
  key: random.Key,
  [inputs, shape]: readonly [inputs: number, shape: Shape],
  options: BodyOptions,
): Writer {
  if (options.kind === "identity" || options.kind === "mlp") {
    const hidden = options.kind === "mlp" ? [...(options.hidden ?? [128])].reverse() : [128];
    const network = mlp.init(key, [inputs, ...hidden, sizeOf(shape)], {
      activation: "elu",
      output: "linear",
    });
    return { kind: "mlp", network };
  }
  const { kind, width = 16 } = options;
  const [side, channels] = imageSize(caller, shape, width);
  const [layersKey, inputKey] = random.split(key);
  const input = dense.init(inputKey, inputs, (side / DOWNSAMPLING) ** 2 * 4 * width);
  const keys = random.split(layersKey, LAYERS);
  if (kind === "patches") {
    const layers = [
      unpatches.init(keys[0], { side: SIDES[1], channels: 2 * width, size: 4 * width }),
      unpatches.init(keys[1], { side: SIDES[0], channels, size: 2 * width }),
    ];
    return { kind, input, layers };
  }
  const counts = [4 * width, 2 * width, width, channels];
  return { kind, input, convs: keys.map((each, i) => convTranspose2d.init(each, convolution(counts, i))) };
}

/** Writes means of observations of a shape, [N, In] → [N, ...E]. */
export function write(writer: Writer, x: tf.Tensor, shape: Shape): tf.Tensor {
  const [rows] = x.shape;
  if (writer.kind === "mlp") return mlp.apply(writer.network, x).reshape([rows, ...shape]);
  const start = (shape[0] ?? 0) / DOWNSAMPLING;
  const smallest = dense.apply(writer.input, x).reshape([rows, start, start, -1]);
  if (writer.kind === "conv")
    return writer.convs.reduce<tf.Tensor>(
      (maps, layer) => convTranspose2d.apply(layer, maps.elu()),
      smallest,
    );
  return writer.layers.reduce<tf.Tensor>((maps, layer) => {
    const [, side = 0, , size = 0] = maps.shape;
    const sequence = maps
      .elu()
      .reshape([rows, side * side, size])
      .transpose([1, 0, 2]);
    return unpatches.apply(layer, sequence, side * layer.side);
  }, smallest);
}

function imageSize(caller: string, shape: Shape, width: number): readonly [side: number, channels: number] {
  checkCount(caller, "body.width", width, 1);
  const [side = 0, other, channels] = shape;
  if (channels === undefined || shape.length !== 3 || side !== other || side % DOWNSAMPLING !== 0)
    throw new Error(
      `${caller}: observation must be [S, S, C] with S a multiple of ${DOWNSAMPLING} for a body of images, ` +
        `got [${shape.join(", ")}]; use body: { kind: "mlp" } for others`,
    );
  return [side, channels];
}

/** Options of the convolution from the i-th number of channels to the next. */
function convolution(counts: readonly number[], i: number) {
  return { inputs: counts[i] ?? 0, outputs: counts[i + 1] ?? 0, size: 4, stride: 2 };
}
