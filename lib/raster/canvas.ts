import type { Colour } from "./picture";

/** A picture that is being painted: colours from 0 to 1, row by row; x to the right and y down, in pixels. */
export interface Canvas {
  /** The number of columns. */
  readonly width: number;
  /** The number of rows. */
  readonly height: number;
  /** The colours, [height, width, 3]. */
  readonly pixels: Float32Array;
}

/**
 * Returns a black canvas.
 *
 * @param pixels where to paint, [height, width, 3]; a new array by default.
 * @throws if the array has another length.
 */
export function canvas(
  width: number,
  height: number,
  pixels: Float32Array = new Float32Array(width * height * 3),
): Canvas {
  if (pixels.length !== width * height * 3)
    throw new Error(`canvas: pixels must have ${width * height * 3} numbers, got ${pixels.length}`);
  return { width, height, pixels };
}

/** Paints everything in one colour. */
export function fill({ pixels }: Canvas, [red, green, blue]: Colour): void {
  if (red === green && green === blue) {
    pixels.fill(red);
    return;
  }
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = red;
    pixels[i + 1] = green;
    pixels[i + 2] = blue;
  }
}

/** Mixes a colour into pixel `at` (its index in [height, width]) with the given coverage, from 0 to 1. */
export function blend(pixels: Float32Array, at: number, colour: Colour, coverage: number): void {
  const i = 3 * at; // without destructuring, which makes an iterator for each pixel
  const r = pixels[i] ?? 0;
  const g = pixels[i + 1] ?? 0;
  const b = pixels[i + 2] ?? 0;
  pixels[i] = r + coverage * (colour[0] - r);
  pixels[i + 1] = g + coverage * (colour[1] - g);
  pixels[i + 2] = b + coverage * (colour[2] - b);
}
