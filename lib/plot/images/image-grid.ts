import { figureBase, type FigureSpec } from "../marks/theme";
import { checkInteger, rejectArgument } from "../numeric/validate";
import { mosaic, toImageBytes, type ImageOptions } from "../raster/images";
import { integerScale, mosaicView } from "../raster/mosaic-view";

/** Layout and captions of an {@link imageGrid}. */
export interface ImageGridOptions extends ImageOptions {
  /** Images per row; by default the number of `columnCaptions`, or √N rounded up for a square grid. */
  readonly columns?: number;
  /** Captions left of the rows, for example `["data", "reconstruction"]`. */
  readonly rowCaptions?: readonly string[];
  /** Captions above the columns. */
  readonly columnCaptions?: readonly string[];
  /** Screen pixels per image pixel; by default the largest integer that fits. */
  readonly scale?: number;
}

const CALLER = "imageGrid";

/**
 * Draws a grid of images, for example samples from the prior, or digits above their reconstructions.
 *
 * @param pixels all images as one flat list of values in [0, 1]: `tensor.dataSync()` of [N, H·W], [N, H, W]
 *   or [N, H, W, 3].
 * @throws if the number of pixels is not a multiple of the image size, a value is outside [0, 1], or the
 *   number of captions does not match the grid.
 */
export function imageGrid(pixels: ArrayLike<number>, options: ImageGridOptions): FigureSpec {
  const { shape, rowCaptions, columnCaptions } = options;
  const images = toImageBytes(CALLER, "pixels", pixels, options);
  const columns = options.columns ?? columnCaptions?.length ?? Math.ceil(Math.sqrt(images.count));
  checkInteger(CALLER, "columns", columns, 1, "leave it out for a square grid");
  const rows = Math.ceil(images.count / columns);
  checkCaptions("rowCaptions", rowCaptions, rows);
  checkCaptions("columnCaptions", columnCaptions, columns);
  const raster = mosaic(images, { rows, columns, gap: 1 });
  const [height, width] = shape;
  const grid = `${images.count} images of ${height} by ${width} pixels in ${rows} rows of ${columns}`;
  return {
    ...figureBase(options, describe(grid, rowCaptions)),
    ...mosaicView({
      raster,
      scale: options.scale ?? integerScale(width + 1, columns),
      rows: { orient: "left", texts: rowCaptions ?? emptyCaptions(rows) },
      columns: { orient: "top", texts: columnCaptions ?? emptyCaptions(columns) },
    }),
  };
}

function emptyCaptions(count: number): string[] {
  return Array.from({ length: count }, () => "");
}

function describe(grid: string, rowCaptions: readonly string[] | undefined): string {
  return rowCaptions === undefined ? grid : `${grid}: ${rowCaptions.join(", ")}`;
}

function checkCaptions(argument: string, captions: readonly string[] | undefined, count: number): void {
  if (captions !== undefined && captions.length !== count)
    rejectArgument(
      CALLER,
      argument,
      `have length ${count}`,
      captions.length,
      'use "" for a row or column without a caption',
    );
}
