import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/** A factor with `size` levels, numbered 0 … size − 1. */
export interface ChoiceFactor<Name extends string = string> {
  /** The name of the factor. */
  readonly name: Name;
  /** Distinguishes the two kinds of factors. */
  readonly kind: "choice";
  /** The number of levels. */
  readonly size: number;
  /** The meaning of each level, a name or a number. */
  readonly levels: readonly (string | number)[];
}

/** A factor with values in [min, max]. */
export interface RangeFactor<Name extends string = string> {
  /** The name of the factor. */
  readonly name: Name;
  /** Distinguishes the two kinds of factors. */
  readonly kind: "range";
  /** The smallest value. */
  readonly min: number;
  /** The largest value. */
  readonly max: number;
  /** The unit of the values, such as "radians". */
  readonly unit?: string;
}

/** A factor of variation, discrete or continuous. */
export type Factor<Name extends string = string> = ChoiceFactor<Name> | RangeFactor<Name>;

/** Images with the factors that they are rendered from; the caller disposes both tensors. */
export interface KnownImages {
  /** Pixel levels in [0, 1], [n, 64, 64, C]. */
  readonly images: tf.Tensor4D;
  /** The factors of each image, [n, F], in the order of the set's `factors`. */
  readonly factors: tf.Tensor2D;
}

/** A set of images rendered from known factors of variation. */
export interface FactorSet<Name extends string> {
  /** The factors, in the order of the columns of `KnownImages.factors`. */
  readonly factors: readonly Factor<Name>[];
  /** The height, width and channels of an image. */
  readonly shape: readonly [height: number, width: number, channels: 1 | 3];
  /**
   * Renders the image of the given factors, [64, 64, C].
   *
   * @throws if a factor is missing, unknown or out of range.
   */
  render(factors: Readonly<Record<Name, number>>): tf.Tensor3D;
  /**
   * Renders the images of rows of factors, [n, 64, 64, C].
   *
   * @param factors [n, F], a tensor as returned by `sample`, which is not disposed, or an array of rows.
   * @throws if there are no rows, or if a row has another length or a factor out of range.
   */
  renderRows(factors: tf.Tensor | readonly (readonly number[])[]): tf.Tensor4D;
  /**
   * Draws `n` images with independent, uniform factors; image i depends only on the key and on i.
   *
   * @throws if n is not a positive integer.
   */
  sample(key: random.Key, n: number): KnownImages;
}

/** The height and width of every image, in pixels. */
export const SIDE = 64;

/** Draws one image into `pixels` [64, 64, C], initially zero; `row` has the checked factors in order. */
export type Draw = (pixels: Float32Array, row: readonly number[]) => void;

/** Returns the set with the given factors, whose images are drawn by `draw`; `name` is for messages. */
export function factorSet<Name extends string>(
  name: string,
  channels: 1 | 3,
  factors: readonly Factor<Name>[],
  draw: Draw,
): FactorSet<Name> {
  const size = SIDE * SIDE * channels;
  const renderRows = (rows: readonly (readonly number[])[]): tf.Tensor4D => {
    const pixels = new Float32Array(rows.length * size);
    rows.forEach((row, i) => draw(pixels.subarray(i * size, (i + 1) * size), row));
    return tf.tensor4d(pixels, [rows.length, SIDE, SIDE, channels]);
  };
  return {
    factors,
    shape: [SIDE, SIDE, channels],
    render: (values) => {
      const row = namedRow(`${name}.render`, factors, values);
      const pixels = new Float32Array(size);
      draw(pixels, row);
      return tf.tensor3d(pixels, [SIDE, SIDE, channels]);
    },
    renderRows: (given) => {
      const rows = given instanceof tf.Tensor ? rowsOf(`${name}.renderRows`, factors, given) : given;
      checkCount(`${name}.renderRows`, "factors.length", rows.length, 1);
      rows.forEach((row, i) => checkRow(`${name}.renderRows`, `factors[${i}]`, factors, row));
      return renderRows(rows);
    },
    sample: (key, n) => {
      checkCount(`${name}.sample`, "n", n, 1);
      const rows = drawRows(key, n, factors);
      return { images: renderRows(rows), factors: tf.tensor2d(rows, [n, factors.length]) };
    },
  };
}

function namesOf(factors: readonly Factor[]): string {
  return factors.map(({ name }) => name).join(", ");
}

/** The rows of a tensor [n, F] as plain numbers. */
function rowsOf(caller: string, factors: readonly Factor[], given: tf.Tensor): number[][] {
  const remedy = `the columns are ${namesOf(factors)}`;
  checkShape(caller, "factors", given, ["n", `F=${factors.length}`], remedy);
  return given.arraySync() as number[][]; // the type depends on the rank, which checkShape has checked
}

function drawRows(key: random.Key, n: number, factors: readonly Factor[]): number[][] {
  const bits = random.bits(key, n * factors.length);
  return Array.from({ length: n }, (_, i) =>
    factors.map((factor, j) => {
      const u = ((bits[i * factors.length + j] ?? 0) >>> 9) * 2 ** -23; // on [0, 1)
      if (factor.kind === "choice") return Math.floor(u * factor.size);
      return Math.fround(factor.min + u * (factor.max - factor.min));
    }),
  );
}

function namedRow(
  caller: string,
  factors: readonly Factor[],
  values: Readonly<Record<string, number>>,
): number[] {
  const names = factors.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`${caller}: unknown factor ${unknown}; the factors are ${names.join(", ")}`);
  return factors.map((factor) => {
    const value = values[factor.name];
    if (value === undefined)
      throw new Error(`${caller}: factor ${factor.name} is missing; give all of ${names.join(", ")}`);
    checkFactor(caller, factor.name, factor, value);
    return value;
  });
}

function checkRow(caller: string, name: string, factors: readonly Factor[], row: readonly number[]): void {
  if (row.length !== factors.length)
    throw new Error(
      `${caller}: ${name} must have ${factors.length} numbers (${namesOf(factors)}), got ${row.length}`,
    );
  factors.forEach((factor, j) => checkFactor(caller, `${factor.name} in ${name}`, factor, row[j] ?? NaN));
}

function checkFactor(caller: string, name: string, factor: Factor, value: number): void {
  if (factor.kind === "choice") {
    if (!Number.isInteger(value) || value < 0 || value >= factor.size)
      throw new Error(`${caller}: ${name} must be an integer from 0 to ${factor.size - 1}, got ${value}`);
  } else if (!(value >= Math.fround(factor.min) - 1e-7 && value <= factor.max + 1e-6)) {
    const unit = factor.unit === undefined ? "" : ` ${factor.unit}`;
    const [min, max] = [Number(factor.min.toFixed(4)), Number(factor.max.toFixed(4))];
    throw new Error(`${caller}: ${name} must be in [${min}, ${max}]${unit}, got ${value}`);
  }
}
