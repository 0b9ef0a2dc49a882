import { figureBase, type FigureSpec } from "../marks/theme";
import { formatNumber, roundDigits } from "../numeric/numbers";
import { checkFiniteList, rejectArgument } from "../numeric/validate";
import { imageMark } from "../raster/image-mark";
import { mosaic, toImageBytes, type ImageBytes, type ImageOptions } from "../raster/images";
import { integerScale, withCaptions } from "../raster/mosaic-view";
import { pngUrl, type Raster } from "../raster/png";

/** Shape, coordinates, their values and titles of a {@link traversalSlider}. */
export interface TraversalSliderOptions extends ImageOptions {
  /** The V values of each coordinate, increasing in equal steps, for example −3, −2.5, …, 3. */
  readonly values: readonly number[];
  /** The captions above the images: one per coordinate, D in all. */
  readonly coordinates: readonly string[];
  /** The initial value of the slider, one of `values`; the middle one by default. */
  readonly start?: number;
}

const CALLER = "traversalSlider";

/** Between the images, in image pixels. */
const GAP = 2;

/**
 * Draws a latent traversal with a slider: one image per latent coordinate, decoded with this coordinate at
 * the slider's value and the others fixed.
 *
 * The figure contains the images for all values, so that it works without a kernel.
 *
 * @param pixels D·V images as one flat list of values in [0, 1]; image d·V + v has coordinate d at values[v].
 * @throws if there are not D·V images, a pixel is outside [0, 1], `values` do not increase in equal steps, or
 *   `start` is not one of them.
 */
export function traversalSlider(pixels: ArrayLike<number>, options: TraversalSliderOptions): FigureSpec {
  const { shape, values, coordinates } = options;
  const step = checkedStep(values);
  const images = toImageBytes(CALLER, "pixels", pixels, options);
  const [count, valueCount] = [coordinates.length, values.length];
  if (count === 0 || images.count !== count * valueCount)
    rejectArgument(
      CALLER,
      "pixels",
      `contain ${count}·${valueCount} = ${count * valueCount} images`,
      images.count,
      "decode every value of every coordinate, coordinate by coordinate",
    );
  const rasters = rasterOfEachValue(images, count);
  const [first] = rasters;
  if (first === undefined) throw new Error(`${CALLER}: values must not be empty`);
  const scale = integerScale(shape[1] + GAP, count, 760, 96);
  const size = { width: first.width * scale, height: first.height * scale };
  const rows = rasters.map((raster, v) => ({
    value: roundToStep(values[v] ?? NaN, step),
    url: pngUrl(raster),
  }));
  const filter = `abs(datum.value - coordinate) < ${roundDigits(step / 2)}`;
  const picture = imageMark(rows, size, { smooth: false, transform: [{ filter }] });
  const description = `Images as each of ${count} latent coordinates moves: ${coordinates.join(", ")}`;
  return {
    ...figureBase(options, description),
    params: [sliderParameter(options, step)],
    ...withCaptions(picture, size, {
      rows: { orient: "left", texts: [""] },
      columns: { orient: "top", texts: coordinates },
    }),
  };
}

/**
 * Returns, for each value, the images of all coordinates side by side; `images` are ordered by coordinate.
 */
function rasterOfEachValue(images: ImageBytes, coordinates: number): Raster[] {
  const size = images.bytes.length / images.count;
  const values = images.count / coordinates;
  return Array.from({ length: values }, (_, v) => {
    const bytes = new Uint8Array(coordinates * size);
    for (let d = 0; d < coordinates; d++) {
      const from = (d * values + v) * size;
      bytes.set(images.bytes.subarray(from, from + size), d * size);
    }
    return mosaic({ ...images, count: coordinates, bytes }, { rows: 1, columns: coordinates, gap: GAP });
  });
}

function sliderParameter({ values, start }: TraversalSliderOptions, step: number) {
  const [min = 0, max = 0] = [values[0], values.at(-1)];
  const middle = values[Math.floor((values.length - 1) / 2)] ?? 0;
  if (start !== undefined && !values.includes(start))
    rejectArgument(CALLER, "start", "be one of values", start, "leave it out for the middle one");
  return {
    name: "coordinate",
    value: roundToStep(start ?? middle, step),
    bind: {
      input: "range" as const,
      name: "value of the coordinate ",
      min: roundToStep(min, step),
      max: roundToStep(max, step),
      step: roundDigits(step),
    },
  };
}

/** Rounds to seven digits after the first digit of the step, so that neighbouring values stay distinct. */
function roundToStep(value: number, step: number): number {
  return Number(value.toFixed(Math.min(100, Math.max(0, 7 - Math.floor(Math.log10(step))))));
}

function checkedStep(values: readonly number[]): number {
  checkFiniteList(CALLER, "values", values);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const step = (last - first) / (values.length - 1);
  const isEven = values.every((value, i) => Math.abs(value - (first + i * step)) <= 1e-6 * (last - first));
  if (!(step > 0) || !isEven)
    rejectArgument(
      CALLER,
      "values",
      "be two or more numbers that increase in equal steps",
      `[${values.map((value) => formatNumber(value, 2)).join(", ")}]`,
      "for example −3, −2.5, …, 3",
    );
  return step;
}
