import type { Grid } from "../numeric/grid";
import type { Raster } from "./png";
import { reject } from "../numeric/validate";

/** From low to high: light to dark, one hue. Source: ColorBrewer, "Blues". */
export const ramp = ["#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5"] as const;

/** From where to where. */
export type Range = readonly [low: number, high: number];

/**
 * The heights between which colours change: from the floor, or the height that a tenth lies under, to the top.
 *
 * @throws when all heights are the same, or the floor is not below the top.
 */
export function heightRange({ values }: Grid, floor: number | undefined): Range {
  const rising = Array.from(values).sort((a, b) => a - b);
  const [lowest, top] = [rising[0] ?? NaN, rising.at(-1) ?? NaN];
  if (lowest === top)
    reject("landscape", "grid.values", "of different heights", `${top} everywhere`, "take a wider lattice");
  const tenth = rising[Math.floor(rising.length / 10)] ?? lowest;
  const bottom = floor ?? (tenth < top ? tenth : lowest);
  if (!Number.isFinite(bottom) || bottom >= top)
    reject("landscape", "options.floor", `a number below the top, ${top}`, bottom, "leave it out");
  return [bottom, top];
}

/** A pixel for each height, the highest row first as pictures have it. */
export function painted({ x, y, values }: Grid, [low, high]: Range): Raster {
  const [width, height] = [x.length, y.length];
  const bytes = new Uint8Array(width * height * 3);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      const share = ((values[j * width + i] ?? low) - low) / (high - low);
      bytes.set(shade(Math.min(1, Math.max(0, share))), ((height - 1 - j) * width + i) * 3);
    }
  return { width, height, channels: 3, bytes };
}

/** The colour at a share of the way up, linear in red, green and blue between those of the ramp, as the legend has it. */
function shade(share: number): number[] {
  const place = share * (ramp.length - 1);
  const below = Math.min(ramp.length - 2, Math.floor(place));
  const [from, to] = [channels(ramp[below]), channels(ramp[below + 1])];
  return from.map((value, i) => Math.round(value + (place - below) * ((to[i] ?? value) - value)));
}

const channels = (color: string | undefined): number[] =>
  [1, 3, 5].map((at) => parseInt((color ?? ramp[0]).slice(at, at + 2), 16));
