import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { learnSymbol, predictSymbol, type ContextNode } from "./context-tree";

/** The place of a pixel that another one is predicted from, relative to it. */
export type Neighbour = readonly [down: number, right: number];

/**
 * A density of small quantized pictures, log p(x) = Σ_i log p(x_i | pixels before it), that learns from one
 * picture at a time, in plain numbers.
 *
 * Pixels are predicted row by row, each from some that precede it, by a context tree. Unlike the other models
 * it is no tree of tensors: it counts, and has no gradients.
 */
export interface PixelDensity {
  /** H, the number of rows. */
  readonly height: number;
  /** W, the number of columns. */
  readonly width: number;
  /** K, the number of levels of a pixel. */
  readonly levels: number;
  /** Which pixels predict a pixel, the most important one first. */
  readonly neighbours: readonly Neighbour[];
  /** The observations that each level has before the first one. */
  readonly prior: number;
  /** One context tree for each pixel, or one for all; undefined before the first picture. */
  readonly trees: readonly (ContextNode | undefined)[];
}

/** Options of `pixelDensity.create`. */
export interface PixelDensityOptions {
  /** H, the number of rows. */
  readonly height: number;
  /** W, the number of columns. */
  readonly width: number;
  /** K, the number of levels of a pixel, at most 255. */
  readonly levels: number;
  /**
   * Which pixels predict a pixel, the most important one first: each in a row above it, or on its left. By
   * default left, above, above left, above right. Without any, pixels are independent.
   */
  readonly neighbours?: readonly Neighbour[];
  /** Whether all pixels share one context tree; false by default, for pictures from a camera at rest. */
  readonly shared?: boolean;
  /** The observations that each level has before the first one; ½ by default. */
  readonly prior?: number;
}

/** Left, above, above left, above right. */
const NEIGHBOURS: readonly Neighbour[] = [
  [0, -1],
  [-1, 0],
  [-1, -1],
  [-1, 1],
];

/**
 * Returns a model that has seen no picture: all pictures are equally probable.
 *
 * It is the model of Bellemare et al. (2016, "Unifying count-based exploration and intrinsic motivation"),
 * who took it from Veness et al. (2012, "Context tree switching").
 *
 * @throws if a size is not a positive integer, the prior is not positive, or a neighbour is not before the
 *   pixel that it predicts.
 */
export function create(options: PixelDensityOptions): PixelDensity {
  const { height, width, levels, neighbours = NEIGHBOURS, shared = false, prior = 0.5 } = options;
  const caller = "pixelDensity.create";
  for (const [name, size] of Object.entries({ height, width, levels })) checkCount(caller, name, size, 1);
  if (levels > 255) throw new Error(`${caller}: levels must be at most 255, got ${levels}`);
  checkAbove(caller, "prior", prior);
  neighbours.forEach(([down, right], i) => {
    if (!Number.isInteger(down) || !Number.isInteger(right) || down > 0 || (down === 0 && right >= 0))
      throw new Error(
        `${caller}: neighbours[${i}] must be before the pixel, [down < 0, any] or [0, right < 0], ` +
          `got [${down}, ${right}]`,
      );
  });
  const trees = new Array<ContextNode | undefined>(shared ? 1 : height * width).fill(undefined);
  return { height, width, levels, neighbours, prior, trees };
}

/**
 * Returns log p(x) in nats, at most 0. Over all pictures p sums to 1.
 *
 * @param image the levels 0 … K − 1 of the pixels row by row, [H · W].
 * @throws if the picture has another size, or a pixel has another level.
 */
export function logProb(model: PixelDensity, image: ArrayLike<number>): number {
  checkImage("pixelDensity.logProb", model, image);
  const shape = { symbols: model.levels, prior: model.prior };
  let sum = 0;
  for (let i = 0; i < image.length; i++)
    sum += Math.log(predictSymbol(shape, treeOf(model, i), contextOf(model, image, i), image[i] ?? 0));
  return sum;
}

/**
 * Returns the model after one more picture; the given one is not changed, and shares what did not change.
 *
 * @param image the levels 0 … K − 1 of the pixels row by row, [H · W].
 * @throws if the picture has another size, or a pixel has another level.
 */
export function update(model: PixelDensity, image: ArrayLike<number>): PixelDensity {
  checkImage("pixelDensity.update", model, image);
  const shape = { symbols: model.levels, prior: model.prior };
  const trees = model.trees.slice();
  for (let i = 0; i < image.length; i++) {
    const k = trees.length === 1 ? 0 : i;
    [trees[k]] = learnSymbol(shape, trees[k], contextOf(model, image, i), image[i] ?? 0);
  }
  return { ...model, trees };
}

/** Draws a picture, pixel by pixel: levels 0 … K − 1, [H · W]. */
export function sample(key: random.Key, model: PixelDensity): Uint8Array {
  const noise = random.stream(key);
  const shape = { symbols: model.levels, prior: model.prior };
  const image = new Uint8Array(model.height * model.width);
  for (let i = 0; i < image.length; i++) {
    const context = contextOf(model, image, i);
    let rest = noise.uniform();
    let level = 0;
    for (; level < model.levels - 1; level++) {
      rest -= predictSymbol(shape, treeOf(model, i), context, level);
      if (rest < 0) break;
    }
    image[i] = level;
  }
  return image;
}

function treeOf({ trees }: PixelDensity, i: number): ContextNode | undefined {
  return trees[trees.length === 1 ? 0 : i];
}

/** The levels of the neighbours of pixel i; K for one outside the picture. */
function contextOf(
  { height, width, levels, neighbours }: PixelDensity,
  image: ArrayLike<number>,
  i: number,
): Uint8Array {
  const [row, column] = [Math.floor(i / width), i % width];
  const context = new Uint8Array(neighbours.length);
  for (let n = 0; n < context.length; n++) {
    const [down, right] = neighbours[n] ?? [0, 0];
    const [y, x] = [row + down, column + right];
    const isInside = y >= 0 && y < height && x >= 0 && x < width;
    context[n] = isInside ? (image[y * width + x] ?? 0) : levels;
  }
  return context;
}

function checkImage(caller: string, model: PixelDensity, image: ArrayLike<number>): void {
  const size = model.height * model.width;
  if (image.length !== size)
    throw new Error(
      `${caller}: image must have ${model.height} x ${model.width} = ${size} pixels, got ${image.length}`,
    );
  for (let i = 0; i < size; i++) {
    const level = image[i] ?? NaN;
    if (!(Number.isInteger(level) && level >= 0 && level < model.levels))
      throw new Error(
        `${caller}: image must have levels from 0 to ${model.levels - 1}, got ${level} at ${i}; ` +
          "use pixelDensity.quantize",
      );
  }
}

/**
 * Returns the levels min(⌊K v⌋, K − 1) of values v in [0, 1], such as the pixels of a grey picture.
 *
 * @param levels K, at most 255.
 * @throws if a value is outside [0, 1], or K is not an integer from 1 to 255.
 */
export function quantize(values: ArrayLike<number>, levels: number): Uint8Array {
  const caller = "pixelDensity.quantize";
  checkCount(caller, "levels", levels, 1);
  if (levels > 255) throw new Error(`${caller}: levels must be at most 255, got ${levels}`);
  return Uint8Array.from(values, (value, i) => {
    if (!(value >= 0 && value <= 1))
      throw new Error(`${caller}: values must be in [0, 1], got ${value} at ${i}`);
    return Math.min(Math.floor(levels * value), levels - 1);
  });
}
