import type { Vector3 } from "./matrix3";
import type { Surfaces } from "./solids";

/** A colour, with components from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Writes the colour of a sample into `out`; `x` and `y` are its position in the image, from 0 to 1. */
export type Shade = (out: Float64Array, sample: number, x: number, y: number) => void;

/**
 * Shades every sample and averages the samples of each pixel into `pixels` [size, size, 3] (antialiasing).
 */
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

/**
 * Returns the brightness of a surface in ambient light, which is stronger from above, and in light from one
 * direction (Lambert's cosine law).
 *
 * @param light the unit vector towards the light.
 * @param strengths of the ambient and of the directed light.
 */
export function brightness(
  { normal }: Surfaces,
  sample: number,
  [lx, ly, lz]: Vector3,
  [ambient, direct]: readonly [number, number],
): number {
  const [nx, ny, nz] = [normal[3 * sample] ?? 0, normal[3 * sample + 1] ?? 0, normal[3 * sample + 2] ?? 0];
  return ambient * (1 + 0.25 * ny) + direct * Math.max(0, nx * lx + ny * ly + nz * lz);
}

/** Returns 0 below `from`, 1 above `to`, and a smooth transition between them. */
export function smoothStep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
