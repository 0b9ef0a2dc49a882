import { rejectArgument } from "../numeric/validate";
import type { Titles } from "../marks/theme";
import type { Raster } from "./png";

/** Height and width of one image in pixels; with a third entry 3, red, green and blue for each pixel. */
export type ImageShape =
  readonly [height: number, width: number] | readonly [height: number, width: number, rgb: 3];

/** Options of figures that consist of images. */
export interface ImageOptions extends Titles {
  /** The shape of one image: `[28, 28]`, or `[64, 64, 3]` with colours. */
  readonly shape: ImageShape;
  /** Draws 0 white and 1 black, as ink on paper; false by default. */
  readonly invert?: boolean;
}

/** Images as bytes, one after another, each row by row. */
export interface ImageBytes {
  readonly count: number;
  readonly shape: ImageShape;
  readonly bytes: Uint8Array;
}

/**
 * Values outside [0, 1] by less than half a grey level round to the same byte; rounding errors are accepted.
 */
const TOLERANCE = 1 / 510;

/**
 * Converts images with values in [0, 1] to bytes.
 *
 * @param pixels N images as one flat list.
 * @throws if the list is empty, its length is not a multiple of the image size, or a value is outside [0, 1].
 */
export function toImageBytes(
  caller: string,
  argument: string,
  pixels: ArrayLike<number>,
  { shape, invert = false }: ImageOptions,
): ImageBytes {
  const size = checkedSize(caller, shape);
  if (pixels.length === 0 || pixels.length % size !== 0)
    rejectArgument(
      caller,
      argument,
      `be one flat list of N images of shape [${shape.join(", ")}], N · ${size} numbers`,
      `${pixels.length} numbers`,
      "pass the shape of one image and all of its pixels (tensor.dataSync())",
    );
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] ?? NaN;
    if (!(value >= -TOLERANCE && value <= 1 + TOLERANCE))
      rejectArgument(
        caller,
        `${argument}[${i}]`,
        "be in [0, 1]",
        `${value} in image ${Math.floor(i / size)}`,
        "rescale the images, or clip them (tensor.clipByValue(0, 1))",
      );
    const level = Math.min(255, Math.max(0, Math.round(value * 255)));
    bytes[i] = invert ? 255 - level : level;
  }
  return { count: pixels.length / size, shape, bytes };
}

/** Returns how many numbers one image has. */
function checkedSize(caller: string, shape: ImageShape): number {
  const [height, width, channels] = shape;
  const isPositive = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0;
  if (!isPositive || shape.length > 3 || (channels !== undefined && (channels as number) !== 3))
    rejectArgument(
      caller,
      "shape",
      "be [height, width] or [height, width, 3]",
      `[${shape.join(", ")}]`,
      "pass the shape of one image, without the batch dimension",
    );
  return height * width * (channels ?? 1);
}

/** The arrangement of images in a mosaic. */
export interface MosaicLayout {
  readonly rows: number;
  readonly columns: number;
  /** Between neighbours, in pixels of the images. */
  readonly gap: number;
  /** Returns the row and column of the image with an index; row by row from the top by default. */
  readonly cellOf?: (index: number) => readonly [row: number, column: number];
}

const WHITE = 255;

/** Returns one raster with all images side by side, on white. */
export function mosaic(images: ImageBytes, layout: MosaicLayout): Raster {
  const [height, width, channels = 1] = images.shape;
  const { rows, columns, gap } = layout;
  const cellOf = layout.cellOf ?? ((index) => [Math.floor(index / columns), index % columns] as const);
  const raster = {
    width: columns * (width + gap) - gap,
    height: rows * (height + gap) - gap,
    channels,
  } as const;
  const bytes = new Uint8Array(raster.width * raster.height * channels).fill(WHITE);
  for (let index = 0; index < images.count; index++) {
    const [row, column] = cellOf(index);
    for (let y = 0; y < height; y++) {
      const from = (index * height + y) * width * channels;
      const to = ((row * (height + gap) + y) * raster.width + column * (width + gap)) * channels;
      bytes.set(images.bytes.subarray(from, from + width * channels), to);
    }
  }
  return { ...raster, bytes };
}
