import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/** A factor that takes one of `size` levels, given as 0 … size − 1. */
export interface ChoiceFactor<Name extends string = string> {
  readonly name: Name;
  readonly kind: "choice";
  readonly size: number;
  /** What each level stands for. */
  readonly levels: readonly (string | number)[];
}

/** A factor that takes any number from `min` to `max`. */
export interface RangeFactor<Name extends string = string> {
  readonly name: Name;
  readonly kind: "range";
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

export type Factor<Name extends string = string> = ChoiceFactor<Name> | RangeFactor<Name>;

/** Images with the factors that they were drawn from; both tensors are the caller's. */
export interface KnownImages {
  /** Levels in [0, 1], [n, 64, 64, C]. */
  readonly images: tf.Tensor4D;
  /** One column a factor, in the order of the set's `factors`: [n, F]. */
  readonly factors: tf.Tensor2D;
}

/** A set of images whose factors of variation are known, because it is drawn from them. */
export interface FactorSet<Name extends string> {
  readonly factors: readonly Factor<Name>[];
  /** Height, width and channels of an image. */
  readonly shape: readonly [height: number, width: number, channels: 1 | 3];
  /**
   * The image of given factors, [64, 64, C].
   *
   * @throws when a factor is missing, unknown or out of its range.
   */
  render(factors: Readonly<Record<Name, number>>): tf.Tensor3D;
  /**
   * The images of rows of factors, [n, 64, 64, C].
   *
   * @param factors [n, F], a tensor as `sample` gives them, which stays the caller's, or plain numbers row by row.
   * @throws when there is no row, or one has another length or a factor out of its range.
   */
  renderRows(factors: tf.Tensor | readonly (readonly number[])[]): tf.Tensor4D;
  /**
   * `n` images of independent, uniformly drawn factors; image i depends on the key and on i alone.
   *
   * @throws when n is not a whole number above 0.
   */
  sample(key: random.Key, n: number): KnownImages;
}

/** Height and width of every image. */
export const SIDE = 64;

/** Draws one image into `pixels` [64, 64, C], which is zero; `row` holds checked factors in order. */
export type Draw = (pixels: Float32Array, row: readonly number[]) => void;

/** Makes a set from its name, its factors and the function that draws. */
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
  const remedy = `a row has one number each for ${namesOf(factors)}`;
  checkShape(caller, "factors", given, ["n", `F=${factors.length}`], remedy);
  return given.arraySync() as number[][]; // tfjs types by rank, which was just checked
}

function drawRows(key: random.Key, n: number, factors: readonly Factor[]): number[][] {
  const words = random.bits(key, n * factors.length);
  return Array.from({ length: n }, (_, i) =>
    factors.map((factor, j) => {
      const u = ((words[i * factors.length + j] ?? 0) >>> 9) * 2 ** -23; // on [0, 1)
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
    throw new Error(`${caller}: there is no factor ${unknown}; the factors are ${names.join(", ")}`);
  return factors.map((factor) => {
    const value = values[factor.name];
    if (value === undefined)
      throw new Error(`${caller}: the factor ${factor.name} is missing; give ${names.join(", ")}`);
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
      throw new Error(`${caller}: ${name} must be a whole number from 0 to ${factor.size - 1}, got ${value}`);
  } else if (!(value >= Math.fround(factor.min) - 1e-7 && value <= factor.max + 1e-6)) {
    const unit = factor.unit === undefined ? "" : ` ${factor.unit}`;
    throw new Error(
      `${caller}: ${name} must be from ${Number(factor.min.toFixed(4))} to ${Number(factor.max.toFixed(4))}${unit}, got ${value}`,
    );
  }
}
