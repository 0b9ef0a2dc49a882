import type { Surfaces } from "./solids";

export type Colour = readonly [red: number, green: number, blue: number];

/** Writes the colour of a sample into `out`; `x` and `y` are its place in the picture, in shares of its side. */
export type Shade = (out: Float64Array, sample: number, x: number, y: number) => void;

/** Colours every sample and averages them in each pixel of `pixels` [size, size, 3]: the edges come out smooth. */
export function paint(pixels: Float32Array, size: number, { side }: Surfaces, shade: Shade): void {
  const samples = side / size;
  const colour = new Float64Array(3);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      shade(colour, row * side + column, (column + 0.5) / side, (row + 0.5) / side);
      const at = 3 * (Math.floor(row / samples) * size + Math.floor(column / samples));
      for (let k = 0; k < 3; k++) pixels[at + k] = (pixels[at + k] ?? 0) + (colour[k] ?? 0);
    }
  const share = 1 / samples ** 2;
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.min(1, (pixels[i] ?? 0) * share);
}

/** How bright a surface is: light from everywhere, more from above, and light from one side (Lambert's cosine). */
export function brightness(
  { normal }: Surfaces,
  sample: number,
  [lx, ly, lz]: Colour,
  [ambient, direct]: readonly [number, number],
): number {
  const [nx, ny, nz] = [normal[3 * sample] ?? 0, normal[3 * sample + 1] ?? 0, normal[3 * sample + 2] ?? 0];
  return ambient * (1 + 0.25 * ny) + direct * Math.max(0, nx * lx + ny * ly + nz * lz);
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
