import { mosaic, toBytes, type ImageBytes, type ImageShape } from "../raster/images";
import { captioned, picture, wholeScale } from "../raster/mosaic-view";
import { short, show } from "../numeric/numbers";
import { pngUrl, type Raster } from "../raster/png";
import { head, type FigureSpec, type Titles } from "../marks/theme";
import { checkFiniteList, reject } from "../numeric/validate";

/** Shape and axes of a {@link traversalSlider}. */
export interface TraversalSliderOptions extends Titles {
  /** Of one image: `[28, 28]`, or `[64, 64, 3]` with colours. */
  readonly shape: ImageShape;
  /** The V values that the coordinates take, increasing by equal steps, for example −3, −2.5, …, 3. */
  readonly values: readonly number[];
  /** What stands above the images: a word for each of the D coordinates. */
  readonly coordinates: readonly string[];
  /** Where the slider stands at first: one of the values, by default the middle one. */
  readonly start?: number;
  /** Draws 0 white and 1 black, as ink on paper; false by default. */
  readonly invert?: boolean;
}

/** Pixels between the images. */
const GAP = 2;

/**
 * A latent traversal with a slider: an image for each latent coordinate, which the slider sets to a value while the others stay.
 *
 * All images are inside the figure, so that it works where no program runs behind the page.
 *
 * @param pixels D·V images, flat, in [0, 1]; image d·V + v has coordinate d at values[v].
 * @throws when there are not D·V images, the values do not increase by equal steps, or the start is none of them.
 */
export function traversalSlider(pixels: ArrayLike<number>, options: TraversalSliderOptions): FigureSpec {
  const { shape, values, coordinates, invert = false } = options;
  const step = checkedStep(values);
  const images = toBytes("traversalSlider", "pixels", pixels, shape, invert);
  const [count, each] = [coordinates.length, values.length];
  if (count === 0 || images.count !== count * each)
    reject(
      "traversalSlider",
      "pixels",
      `${count}·${each} = ${count * each} images`,
      images.count,
      "decode every value of every coordinate, coordinate by coordinate",
    );
  const frames = framesOf(images, count);
  const [first] = frames;
  if (first === undefined) throw new Error("traversalSlider: values must not be empty");
  const scale = wholeScale(shape[1] + GAP, count, 760, 96);
  const [width, height] = [first.width * scale, first.height * scale];
  return {
    ...head(options, `Images as each of ${count} latent coordinates moves: ${coordinates.join(", ")}`),
    params: [slider(options, step)],
    ...captioned(
      picture(
        frames.map((raster, v) => ({ value: fine(values[v] ?? NaN, step), url: pngUrl(raster) })),
        { width, height },
        [{ filter: `abs(datum.value - coordinate) < ${short(step / 2)}` }],
      ),
      { width, height },
      { rows: { orient: "left", texts: [""] }, columns: { orient: "top", texts: coordinates } },
    ),
  };
}

/** For each value a mosaic of the coordinates' images at it, from images coordinate by coordinate. */
function framesOf(images: ImageBytes, coordinates: number): Raster[] {
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

function slider({ values, start }: TraversalSliderOptions, step: number) {
  const [min = 0, max = 0] = [values[0], values.at(-1)];
  const middle = values[Math.floor((values.length - 1) / 2)] ?? 0;
  if (start !== undefined && !values.includes(start))
    reject("traversalSlider", "start", "one of the values", start, "leave it out for the middle");
  return {
    name: "coordinate",
    value: fine(start ?? middle, step),
    bind: {
      input: "range" as const,
      name: "value of the coordinate ",
      min: fine(min, step),
      max: fine(max, step),
      step: short(step),
    },
  };
}

/** A value without the last digits of its rounding, but with all that tell it from those a step away. */
const fine = (value: number, step: number): number =>
  Number(value.toFixed(Math.min(100, Math.max(0, 7 - Math.floor(Math.log10(step))))));

function checkedStep(values: readonly number[]): number {
  checkFiniteList("traversalSlider", "values", values);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const step = (last - first) / (values.length - 1);
  const even = values.every((value, i) => Math.abs(value - (first + i * step)) <= 1e-6 * (last - first));
  if (!(step > 0) || !even)
    reject(
      "traversalSlider",
      "values",
      "two or more numbers that increase by equal steps",
      `[${values.map((value) => show(value, 2)).join(", ")}]`,
      "−3, −2.5, …, 3 are good values",
    );
  return step;
}
