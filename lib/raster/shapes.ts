import { blend, type Canvas } from "./canvas";
import type { Colour } from "./picture";
import { eachCovered, type Polygon } from "./polygon";

/**
 * Paints a disc.
 *
 * @param x the centre, in pixels.
 * @param y the centre, in pixels, downwards.
 * @param radius in pixels.
 */
export function disc(on: Canvas, x: number, y: number, radius: number, colour: Colour): void {
  capsule(on, x, y, x, y, radius, colour);
}

/**
 * Paints a capsule: all points within `radius` of a segment.
 *
 * The coverage of a pixel falls linearly from 1 to 0 over one pixel across the outline: exact where a
 * straight outline is along an axis and crosses that pixel.
 *
 * @param x0 the first end, in pixels; `y0` likewise, downwards.
 * @param x1 the other end; `y1` likewise.
 */
export function capsule(
  on: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  radius: number,
  colour: Colour,
): void {
  const { width, height, pixels } = on;
  const reach = radius + 0.5;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const scale = 1 / Math.max(1e-12, dx * dx + dy * dy);
  const [left, right] = span(Math.min(x0, x1) - reach, Math.max(x0, x1) + reach, width);
  const [top, bottom] = span(Math.min(y0, y1) - reach, Math.max(y0, y1) + reach, height);
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) {
      const px = column + 0.5 - x0;
      const py = row + 0.5 - y0;
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) * scale)); // the nearest point of the segment
      const ex = px - t * dx;
      const ey = py - t * dy;
      const squared = ex * ex + ey * ey;
      if (squared >= reach * reach) continue;
      blend(pixels, row * width + column, colour, Math.min(1, reach - Math.sqrt(squared)));
    }
}

/** Paints a rectangle along the axes, with the exact coverage of each pixel. */
export function box(
  on: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  colour: Colour,
): void {
  const [x0, x1] = span(left, right, on.width);
  const [y0, y1] = span(top, bottom, on.height);
  for (let y = y0; y < y1; y++) {
    const tall = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = x0; x < x1; x++)
      blend(on.pixels, y * on.width + x, colour, tall * (Math.min(x + 1, right) - Math.max(x, left)));
  }
}

/** The pixels that an interval touches: from the first to one past the last. */
function span(from: number, to: number, size: number): [number, number] {
  return [Math.max(0, Math.floor(from)), Math.min(size, Math.ceil(to))];
}

/**
 * Paints a polygon with the exact coverage of each pixel; it may reach beyond the canvas.
 *
 * @param corners [x₀, y₀, x₁, y₁, …] in pixels, y downwards, of a polygon that does not intersect itself.
 */
export function polygon(on: Canvas, corners: Polygon, colour: Colour): void {
  eachCovered(on.width, on.height, corners, (pixel, share) => blend(on.pixels, pixel, colour, share));
}
