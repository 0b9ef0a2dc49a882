import { mosaic, toBytes, type ImageBytes, type ImageShape } from "../raster/images";
import { mosaicView, wholeScale } from "../raster/mosaic-view";
import { head, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkNotEmpty, reject } from "../numeric/validate";

/** One way from the left image to the right one. */
export interface InterpolationRow {
  /** Which way, for example `latent, linear` or `pixels`. */
  readonly label: string;
  /** The images for t from 0 to 1 in equal steps, flat, in [0, 1]; the same number in every row. */
  readonly images: ArrayLike<number>;
}

/** Shape and texts of an {@link interpolationStrip}. */
export interface InterpolationStripOptions extends Titles {
  /** Of one image: `[28, 28]`, or `[64, 64, 3]` with colours. */
  readonly shape: ImageShape;
  /** Draws 0 white and 1 black, as ink on paper; false by default. */
  readonly invert?: boolean;
  /** Screen pixels for one pixel of an image; by default the largest whole number that fits. */
  readonly scale?: number;
}

/**
 * Rows of images between a left and a right one, t from 0 to 1, to compare ways of interpolation
 * (lecture slide "Using the variational autoencoder"). The two end images are framed.
 *
 * @throws when rows have different numbers of images, fewer than two, or no whole images.
 */
export function interpolationStrip(
  rows: readonly InterpolationRow[],
  options: InterpolationStripOptions,
): FigureSpec {
  const { shape, invert = false } = options;
  checkNotEmpty("interpolationStrip", "rows", rows);
  const parts = rows.map(({ images }, i) =>
    toBytes("interpolationStrip", `rows[${i}].images`, images, shape, invert),
  );
  const steps = checkedSteps(parts);
  const scale = options.scale ?? wholeScale(shape[1] + gap, steps);
  const raster = mosaic(joined(parts, shape), { rows: rows.length, columns: steps, gap });
  const view = mosaicView({
    raster,
    scale,
    rows: { orient: "left", texts: rows.map(({ label }) => label) },
    columns: { orient: "top", texts: captions(steps) },
  });
  const frames = [0, steps - 1].map((column) => frame(column, shape, raster.height, scale));
  return {
    ...head(
      options,
      `${steps} images between two, t from 0 to 1: ${rows.map((row) => row.label).join("; ")}`,
    ),
    ...view,
    layer: [...view.layer, ...frames],
  };
}

const gap = 3;

function checkedSteps(parts: readonly ImageBytes[]): number {
  const steps = parts[0]?.count ?? 0;
  if (steps < 2)
    reject(
      "interpolationStrip",
      "rows[0].images",
      "at least 2 images",
      steps,
      "begin with the two ends, t = 0 and 1",
    );
  parts.forEach(({ count }, i) => {
    if (count !== steps)
      reject(
        "interpolationStrip",
        `rows[${i}].images`,
        `${steps} images, as in rows[0]`,
        count,
        "use the same values of t in every row",
      );
  });
  return steps;
}

const joined = (parts: readonly ImageBytes[], shape: ImageShape): ImageBytes => ({
  count: parts.reduce((sum, { count }) => sum + count, 0),
  shape,
  bytes: Uint8Array.from(Buffer.concat(parts.map(({ bytes }) => bytes))),
});

/** t above the columns: `t = 0`, `0.25`, …, `1`. */
const captions = (steps: number): string[] =>
  Array.from({ length: steps }, (_, i) => `${i === 0 ? "t = " : ""}${Number((i / (steps - 1)).toFixed(2))}`);

/** A frame around a column, in the gap beside its images. */
function frame(column: number, [, imageWidth]: ImageShape, rows: number, scale: number): Unit {
  const left = (column * (imageWidth + gap) - 1) * scale;
  return {
    data: { values: [{}] },
    mark: { type: "rect", filled: false, stroke: seriesColors[1], strokeWidth: 1.5, tooltip: null },
    encoding: {
      x: { value: left },
      x2: { value: left + (imageWidth + 2) * scale },
      y: { value: -scale },
      y2: { value: (rows + 1) * scale },
    },
  };
}
