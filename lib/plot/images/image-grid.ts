import { mosaic, toBytes, type ImageShape } from "../raster/images";
import { mosaicView, wholeScale } from "../raster/mosaic-view";
import { head, type FigureSpec, type Titles } from "../marks/theme";
import { reject } from "../numeric/validate";

/** Layout and captions of an {@link imageGrid}. */
export interface ImageGridOptions extends Titles {
  /** Of one image: `[28, 28]`, or `[64, 64, 3]` with colours. */
  readonly shape: ImageShape;
  /** Images in a row; by default as many as there are `columnCaptions`, else the whole part of √N upwards. */
  readonly columns?: number;
  /** Words at the left of the rows, for example `["data", "reconstruction"]`. */
  readonly rowCaptions?: readonly string[];
  /** Words above the columns. */
  readonly columnCaptions?: readonly string[];
  /** Draws 0 white and 1 black, as ink on paper; false by default. */
  readonly invert?: boolean;
  /** Screen pixels for one pixel of an image; by default the largest whole number that fits. */
  readonly scale?: number;
}

/**
 * A grid of images, for example samples from the prior, or digits above their reconstructions.
 *
 * @param pixels all images one after another, flat, in [0, 1]: what `tensor.dataSync()` gives for [N, H·W] or
 *   [N, H, W] or [N, H, W, 3].
 * @throws when the pixels are no whole number of images or leave [0, 1], or captions do not match the grid.
 */
export function imageGrid(pixels: ArrayLike<number>, options: ImageGridOptions): FigureSpec {
  const { shape, rowCaptions, columnCaptions, invert = false } = options;
  const images = toBytes("imageGrid", "pixels", pixels, shape, invert);
  const columns = options.columns ?? columnCaptions?.length ?? Math.ceil(Math.sqrt(images.count));
  if (!Number.isInteger(columns) || columns < 1)
    reject("imageGrid", "columns", "a whole number >= 1", columns, "leave it out for a square grid");
  const rows = Math.ceil(images.count / columns);
  checkCaptions("rowCaptions", rowCaptions, rows);
  checkCaptions("columnCaptions", columnCaptions, columns);
  const raster = mosaic(images, { rows, columns, gap: 1 });
  const described = `${images.count} images of ${shape[0]} by ${shape[1]} pixels in ${rows} rows of ${columns}`;
  return {
    ...head(options, captioned(described, rowCaptions)),
    ...mosaicView({
      raster,
      scale: options.scale ?? wholeScale(shape[1] + 1, columns),
      rows: { orient: "left", texts: rowCaptions ?? blank(rows) },
      columns: { orient: "top", texts: columnCaptions ?? blank(columns) },
    }),
  };
}

const blank = (count: number): string[] => Array.from({ length: count }, () => "");

const captioned = (described: string, rows: readonly string[] | undefined): string =>
  rows === undefined ? described : `${described}: ${rows.join(", ")}`;

function checkCaptions(argument: string, captions: readonly string[] | undefined, count: number): void {
  if (captions !== undefined && captions.length !== count)
    reject("imageGrid", argument, `${count} words`, captions.length, 'use "" where nothing is to be said');
}
