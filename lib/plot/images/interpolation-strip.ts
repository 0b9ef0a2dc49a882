import { figureBase, SERIES_COLORS, type FigureSpec, type Unit } from "../marks/theme";
import { checkNotEmpty, rejectArgument } from "../numeric/validate";
import { mosaic, toImageBytes, type ImageBytes, type ImageOptions, type ImageShape } from "../raster/images";
import { integerScale, mosaicView } from "../raster/mosaic-view";

/** One way of interpolating between the left and the right image. */
export interface InterpolationRow {
  /** Its name, for example `latent, linear` or `pixels`. */
  readonly label: string;
  /**
   * The images for t from 0 to 1 in equal steps, as one flat list of values in [0, 1]; the same number in
   * each row.
   */
  readonly images: ArrayLike<number>;
}

/** Shape, scale and titles of an {@link interpolationStrip}. */
export interface InterpolationStripOptions extends ImageOptions {
  /** Screen pixels per image pixel; by default the largest integer that fits. */
  readonly scale?: number;
}

const CALLER = "interpolationStrip";

/** Between the images, in image pixels. */
const GAP = 3;

/**
 * Draws rows of images from a left to a right one, t from 0 to 1, to compare ways of interpolating (lecture
 * slide "Using the variational autoencoder"). The first and the last image are framed.
 *
 * @throws if there are no rows, a row has fewer than two images or a different number than the first one, the
 *   number of pixels is not a multiple of the image size, or a value is outside [0, 1].
 */
export function interpolationStrip(
  rows: readonly InterpolationRow[],
  options: InterpolationStripOptions,
): FigureSpec {
  const { shape } = options;
  checkNotEmpty(CALLER, "rows", rows);
  const strips = rows.map(({ images }, i) => toImageBytes(CALLER, `rows[${i}].images`, images, options));
  const steps = checkedSteps(strips);
  const scale = options.scale ?? integerScale(shape[1] + GAP, steps);
  const raster = mosaic(concatenate(strips, shape), { rows: rows.length, columns: steps, gap: GAP });
  const view = mosaicView({
    raster,
    scale,
    rows: { orient: "left", texts: rows.map(({ label }) => label) },
    columns: { orient: "top", texts: captions(steps) },
  });
  const frames = [0, steps - 1].map((column) => frameMark(column, shape, raster.height, scale));
  const labels = rows.map((row) => row.label).join("; ");
  return {
    ...figureBase(options, `${steps} images between two, t from 0 to 1: ${labels}`),
    ...view,
    layer: [...view.layer, ...frames],
  };
}

/** Returns the number of images in each row. */
function checkedSteps(strips: readonly ImageBytes[]): number {
  const steps = strips[0]?.count ?? 0;
  if (steps < 2)
    rejectArgument(
      CALLER,
      "rows[0].images",
      "contain at least 2 images",
      steps,
      "include both ends, t = 0 and t = 1",
    );
  strips.forEach(({ count }, i) => {
    if (count !== steps)
      rejectArgument(
        CALLER,
        `rows[${i}].images`,
        `contain ${steps} images, like rows[0]`,
        count,
        "use the same values of t in every row",
      );
  });
  return steps;
}

function concatenate(strips: readonly ImageBytes[], shape: ImageShape): ImageBytes {
  return {
    count: strips.reduce((sum, { count }) => sum + count, 0),
    shape,
    bytes: Uint8Array.from(Buffer.concat(strips.map(({ bytes }) => bytes))),
  };
}

/** The values of t above the columns: `t = 0`, `0.25`, …, `1`. */
function captions(steps: number): string[] {
  return Array.from(
    { length: steps },
    (_, i) => `${i === 0 ? "t = " : ""}${Number((i / (steps - 1)).toFixed(2))}`,
  );
}

/** A frame around a column, drawn in the gap beside its images. */
function frameMark(column: number, [, imageWidth]: ImageShape, rasterHeight: number, scale: number): Unit {
  const left = (column * (imageWidth + GAP) - 1) * scale;
  return {
    data: { values: [{}] },
    mark: { type: "rect", filled: false, stroke: SERIES_COLORS[1], strokeWidth: 1.5, tooltip: null },
    encoding: {
      x: { value: left },
      x2: { value: left + (imageWidth + 2) * scale },
      y: { value: -scale },
      y2: { value: (rasterHeight + 1) * scale },
    },
  };
}
