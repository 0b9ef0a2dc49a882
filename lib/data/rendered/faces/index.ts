import { factorSet, SIDE, type FactorSet } from "../factor-set";
import { turn, type Matrix3 } from "../../../raster/matrix3";
import { brightness, paint, type Colour } from "../../../raster/picture";
import { castSolid, clear, emptySurfaces } from "../../../raster/solids";
import { paintFeatures } from "./features";
import { hairStyles, head, materials } from "./head";

/** Samples along each side of a pixel. */
const SAMPLES = 3;
/** Pixels per unit of the head. */
const SCALE = 24.5;
/** The row of the centre of the head, in pixels. */
const MIDDLE_ROW = 33;

const surfaces = emptySurfaces(SIDE * SAMPLES);
const SHIRT: Colour = [0.3, 0.42, 0.62];
const WALL: Colour = [0.8, 0.85, 0.9];

/**
 * Faces, 64×64×3, with five known factors: pose (rotation of the head), lighting (azimuth of the light),
 * expression (sad to laughing), hair (6 styles, each with its colour) and skin (light to dark).
 *
 * They replace the faces on the lecture's slide on disentanglement, and portray nobody: a head of ellipsoids
 * with painted features.
 */
export const faces: FactorSet<"pose" | "lighting" | "expression" | "hair" | "skin"> = factorSet(
  "faces",
  3,
  [
    { name: "pose", kind: "range", min: -0.8, max: 0.8, unit: "radians" },
    { name: "lighting", kind: "range", min: -1.2, max: 1.2, unit: "radians" },
    { name: "expression", kind: "range", min: -1, max: 1 },
    { name: "hair", kind: "choice", size: hairStyles.length, levels: hairStyles.map(({ name }) => name) },
    { name: "skin", kind: "range", min: 0, max: 1 },
  ],
  (pixels, [pose = 0, lighting = 0, expression = 0, style = 0, tone = 0]) => {
    const hair = hairStyles[style];
    if (hair === undefined) return; // unreachable, as the factors are checked
    clear(surfaces);
    const view = {
      turn: turn("y", pose),
      pixels: SCALE * SAMPLES,
      centre: [(SIDE / 2) * SAMPLES, MIDDLE_ROW * SAMPLES] as const,
    };
    for (const part of [...head, ...hair.parts]) castSolid(surfaces, view, part);
    const skin = skinColour(tone);
    const lip: Colour = [skin[0] * 0.8, skin[1] * 0.52, skin[2] * 0.5];
    const brow: Colour = [hair.colour[0] * 0.55, hair.colour[1] * 0.5, hair.colour[2] * 0.5];
    const light: Colour = [0.87 * Math.sin(lighting), 0.493, 0.87 * Math.cos(lighting)];
    paint(pixels, SIDE, surfaces, (out, sample, x, y) => {
      const material = surfaces.material[sample] ?? -1;
      if (material < 0) {
        setColour(out, WALL, 1 - 0.18 * y);
        return;
      }
      setColour(
        out,
        material === materials.hair ? hair.colour : material === materials.shirt ? SHIRT : skin,
        1,
      );
      if (material === materials.face) {
        const [right, up, front] = onHead(view.turn, x, y, (surfaces.depth[sample] ?? 0) / view.pixels);
        if (front > 0) paintFeatures(out, right, up, expression, brow, lip);
      }
      const bright = brightness(surfaces, sample, light, [0.36, 0.82]);
      for (let k = 0; k < 3; k++) out[k] = Math.min(1, (out[k] ?? 0) * bright);
    });
  },
);

/** Transforms a point of the picture and its depth to the frame of the head, by the inverse rotation. */
function onHead(
  [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: Matrix3,
  x: number,
  y: number,
  z: number,
): Place {
  const [right, up] = [((x - 0.5) * SIDE) / SCALE, (MIDDLE_ROW - y * SIDE) / SCALE];
  return [a * right + d * up + g * z, b * right + e * up + h * z, c * right + f * up + i * z];
}

type Place = [right: number, up: number, front: number];

function setColour(out: Float64Array, colour: Colour, share: number): void {
  for (let k = 0; k < 3; k++) out[k] = (colour[k] ?? 0) * share;
}

/** Interpolates from light (0) to dark (1) between four colours. */
function skinColour(tone: number): Colour {
  const ramp = [
    [0.98, 0.83, 0.73],
    [0.89, 0.68, 0.52],
    [0.66, 0.45, 0.31],
    [0.38, 0.25, 0.18],
  ];
  const at = Math.min(2, Math.floor(tone * 3));
  const share = tone * 3 - at;
  const channel = (k: number): number =>
    (1 - share) * (ramp[at]?.[k] ?? 0) + share * (ramp[at + 1]?.[k] ?? 0);
  return [channel(0), channel(1), channel(2)];
}
