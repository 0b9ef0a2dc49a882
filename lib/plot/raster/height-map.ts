import type { Grid } from "../numeric/grid";
import { rejectArgument } from "../numeric/validate";
import type { Raster } from "./png";

/** Colours from the lowest to the highest value: one hue, light to dark. Source: ColorBrewer, "Blues". */
export const HEIGHT_COLORS = [
  "#f7fbff",
  "#deebf7",
  "#c6dbef",
  "#9ecae1",
  "#6baed6",
  "#4292c6",
  "#2171b5",
] as const;

/** An interval of numbers. */
export type Range = readonly [low: number, high: number];

/**
 * Returns the range of values that the colours span: from the floor, by default the lowest decile, to the
 * maximum.
 *
 * @throws if all values are equal, or the floor is not below the maximum.
 */
export function heightRange({ values }: Grid, floor: number | undefined): Range {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const [min, max] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
  if (min === max)
    rejectArgument("landscape", "grid.values", "not be all equal", `only ${max}`, "use a wider grid");
  const decile = sorted[Math.floor(sorted.length / 10)] ?? min;
  const low = floor ?? (decile < max ? decile : min);
  if (!Number.isFinite(low) || low >= max)
    rejectArgument("landscape", "options.floor", `be less than the maximum, ${max}`, low, "leave it out");
  return [low, max];
}

/** Returns a raster with one pixel per grid point, the row with the largest y on top. */
export function heightMap({ x, y, values }: Grid, [low, high]: Range): Raster {
  const [width, height] = [x.length, y.length];
  const bytes = new Uint8Array(width * height * 3);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      const share = ((values[j * width + i] ?? low) - low) / (high - low);
      bytes.set(colorAt(Math.min(1, Math.max(0, share))), ((height - 1 - j) * width + i) * 3);
    }
  return { width, height, channels: 3, bytes };
}

/** Interpolates between the colours linearly in RGB, as Vega-Lite's legend does. */
function colorAt(share: number): number[] {
  const position = share * (HEIGHT_COLORS.length - 1);
  const below = Math.min(HEIGHT_COLORS.length - 2, Math.floor(position));
  const [from, to] = [channelsOf(HEIGHT_COLORS[below]), channelsOf(HEIGHT_COLORS[below + 1])];
  return from.map((value, i) => Math.round(value + (position - below) * ((to[i] ?? value) - value)));
}

function channelsOf(color: string | undefined): number[] {
  return [1, 3, 5].map((at) => parseInt((color ?? HEIGHT_COLORS[0]).slice(at, at + 2), 16));
}
