import type { Raster } from "./png";
import { reject } from "../numeric/validate";

/** Height and width in pixels of one image, and 3 for red, green, blue where it has colours. */
export type ImageShape =
  readonly [height: number, width: number] | readonly [height: number, width: number, rgb: 3];

/** Images one after another as bytes, each row by row. */
export interface ImageBytes {
  readonly count: number;
  readonly shape: ImageShape;
  readonly bytes: Uint8Array;
}

/** Beyond [0, 1] by less than half a grey level draws the same byte, so rounding errors pass. */
const slack = 1 / 510;

/**
 * Checks images that come as one flat list of numbers in [0, 1] and makes bytes of them.
 *
 * @param invert draws 0 white and 1 black, as ink on paper.
 * @throws when the list is empty, holds a part of an image, or a number outside [0, 1].
 */
export function toBytes(
  caller: string,
  argument: string,
  pixels: ArrayLike<number>,
  shape: ImageShape,
  invert: boolean,
): ImageBytes {
  const size = checkedSize(caller, shape);
  if (pixels.length === 0 || pixels.length % size !== 0)
    reject(
      caller,
      argument,
      `one flat list of N images of [${shape.join(", ")}], a multiple of ${size} numbers`,
      `${pixels.length} numbers`,
      "give the images' own shape, and all of their pixels (tensor.dataSync())",
    );
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] ?? NaN;
    if (!(value >= -slack && value <= 1 + slack))
      reject(
        caller,
        `${argument}[${i}]`,
        "in [0, 1]",
        `${value} in image ${Math.floor(i / size)}`,
        "scale the images, or clip them (tensor.clipByValue(0, 1))",
      );
    const level = Math.min(255, Math.max(0, Math.round(value * 255)));
    bytes[i] = invert ? 255 - level : level;
  }
  return { count: pixels.length / size, shape, bytes };
}

function checkedSize(caller: string, shape: ImageShape): number {
  const [height, width, channels] = shape;
  const whole = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0;
  if (!whole || shape.length > 3 || (channels !== undefined && (channels as number) !== 3))
    reject(
      caller,
      "shape",
      "[height, width] or [height, width, 3]",
      `[${shape.join(", ")}]`,
      "leave the number of images out of it",
    );
  return height * width * (channels ?? 1);
}

/** Where the images of a mosaic go. */
export interface MosaicLayout {
  readonly rows: number;
  readonly columns: number;
  /** Pixels between neighbours, of the images' own size. */
  readonly gap: number;
  /** Row and column of the image with this index; by default row by row from the top. */
  readonly place?: (index: number) => readonly [row: number, column: number];
}

const paper = 255;

/** One raster that shows all the images side by side, on white. */
export function mosaic(images: ImageBytes, layout: MosaicLayout): Raster {
  const [height, width, channels = 1] = images.shape;
  const { rows, columns, gap } = layout;
  const place = layout.place ?? ((index) => [Math.floor(index / columns), index % columns] as const);
  const raster = {
    width: columns * (width + gap) - gap,
    height: rows * (height + gap) - gap,
    channels,
  } as const;
  const bytes = new Uint8Array(raster.width * raster.height * channels).fill(paper);
  for (let index = 0; index < images.count; index++) {
    const [row, column] = place(index);
    for (let y = 0; y < height; y++) {
      const from = (index * height + y) * width * channels;
      const to = ((row * (height + gap) + y) * raster.width + column * (width + gap)) * channels;
      bytes.set(images.bytes.subarray(from, from + width * channels), to);
    }
  }
  return { ...raster, bytes };
}
