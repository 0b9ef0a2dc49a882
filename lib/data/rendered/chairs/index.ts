import { factorSet, SIDE, type FactorSet } from "../factor-set";
import { multiply, turn } from "../../../raster/matrix3";
import { brightness, paint, type Colour } from "../../../raster/picture";
import { castSolid, clear, emptySurfaces, type Surfaces } from "../../../raster/solids";
import { chairStyles, type ChairStyle } from "./styles";

/** Samples along each side of a pixel. */
const SAMPLES = 3;
/** The elevation of the viewer, in radians. */
const ELEVATION = 0.36;
/** A unit vector from the upper left, in front. */
const LIGHT: Colour = [-0.4, 0.6, 0.693];
const WALL: Colour = [0.965, 0.965, 0.955];
const PIXELS_AT_FULL_SIZE = 26;

const elevation = turn("x", ELEVATION);
const surfaces = emptySurfaces(SIDE * SAMPLES);

/** Returns the visible surface of a chair at each sample of the picture, valid until the next call. */
export function castChair({ parts }: ChairStyle, azimuth: number, size: number): Surfaces {
  const view = {
    turn: multiply(elevation, turn("y", azimuth)),
    pixels: size * PIXELS_AT_FULL_SIZE * SAMPLES,
    centre: [(SIDE * SAMPLES) / 2, (SIDE * SAMPLES) / 2] as const,
  };
  clear(surfaces);
  for (const part of parts) castSolid(surfaces, view, part);
  return surfaces;
}

/**
 * Chairs, 64×64×3, with three known factors: style (8 models built from boxes, cylinders and balls), azimuth
 * (any angle; 0 faces the viewer) and size (height relative to the largest). They replace the chairs of Aubry
 * et al. 2014 on the lecture's slide on disentanglement; the models and images are made here.
 */
export const chairs: FactorSet<"style" | "azimuth" | "size"> = factorSet(
  "chairs",
  3,
  [
    { name: "style", kind: "choice", size: chairStyles.length, levels: chairStyles.map(({ name }) => name) },
    { name: "azimuth", kind: "range", min: 0, max: 2 * Math.PI, unit: "radians" },
    { name: "size", kind: "range", min: 0.6, max: 1 },
  ],
  (pixels, [style = 0, azimuth = 0, size = 1]) => {
    const chair = chairStyles[style];
    if (chair === undefined) return; // unreachable, as the factors are checked
    const seen = castChair(chair, azimuth, size);
    const floor = shadow((size * PIXELS_AT_FULL_SIZE) / SIDE);
    paint(pixels, SIDE, seen, (out, sample, x, y) => {
      const material = seen.material[sample] ?? -1;
      const colour = chair.colours[material] ?? WALL;
      const light = material < 0 ? floor(x, y) : brightness(seen, sample, LIGHT, [0.52, 0.6]);
      for (let k = 0; k < 3; k++) out[k] = Math.min(1, (colour[k] ?? 0) * light);
    });
  },
);

/** The brightness of the floor, which is darker in a soft ellipse around the centre of the feet. */
function shadow(scale: number): (x: number, y: number) => number {
  const middle = 0.5 + scale * Math.cos(ELEVATION);
  const [width, height] = [0.62 * scale, 0.62 * scale * Math.sin(ELEVATION)];
  return (x, y) => 1 - 0.3 * Math.exp(-(((x - 0.5) / width) ** 2) - ((y - middle) / height) ** 2);
}
