import { smoothStep, type Colour } from "../../../raster/picture";

/** Half the width of the transition between two colours, in units of the head: about half a pixel. */
const SOFT = 0.02;

/** Blends a colour into `out` with the weight `share`. */
function mix(out: Float64Array, [red, green, blue]: Colour, share: number): void {
  out[0] = (out[0] ?? 0) * (1 - share) + red * share;
  out[1] = (out[1] ?? 0) * (1 - share) + green * share;
  out[2] = (out[2] ?? 0) * (1 - share) + blue * share;
}

/**
 * 1 inside the unit disc of normalized (u, v), 0 outside, with a soft edge; `size` is the smaller semi-axis.
 */
function inside(u: number, v: number, size: number): number {
  return 1 - smoothStep(1 - SOFT / size, 1 + SOFT / size, Math.sqrt(u * u + v * v));
}

/** 1 at distances up to `half`, 0 beyond, with a soft edge. */
function band(distance: number, half: number): number {
  return 1 - smoothStep(half - SOFT, half + SOFT, Math.abs(distance));
}

const WHITE: Colour = [0.97, 0.97, 0.96];
const IRIS: Colour = [0.24, 0.36, 0.44];
const PUPIL: Colour = [0.05, 0.05, 0.07];
const LASH: Colour = [0.16, 0.11, 0.1];
const MOUTH: Colour = [0.42, 0.1, 0.12];
const TEETH: Colour = [0.96, 0.95, 0.92];

/**
 * Paints eyes, brows, cheeks and mouth at one point of the face, over the skin colour in `out`.
 *
 * @param x the coordinate across the face, in units of the head: 0 in the middle.
 * @param y the coordinate up the face: 0 between the ears.
 * @param expression from −1 (sad) to 1 (laughing).
 */
export function paintFeatures(
  out: Float64Array,
  x: number,
  y: number,
  expression: number,
  brow: Colour,
  lip: Colour,
): void {
  const across = Math.abs(x);
  const happy = Math.max(0, expression);
  mix(
    out,
    lip,
    0.35 * (0.5 + happy / 2) * Math.exp(-(((across - 0.42) / 0.15) ** 2) - ((y + 0.28) / 0.12) ** 2),
  );
  paintEye(out, across - 0.28, y - 0.07, 1 - 0.3 * happy);
  const sad = Math.max(0, -expression);
  const u = across - 0.28;
  const browLine = 0.28 + 0.05 * happy - 0.45 * sad * u - 1.1 * u * u; // sadness raises the inner ends
  mix(out, brow, band(y - browLine, 0.042) * (1 - smoothStep(0.14, 0.18, Math.abs(u))));
  paintMouth(out, across, y + 0.52, expression, lip);
}

function paintEye(out: Float64Array, x: number, y: number, open: number): void {
  const height = 0.098 * open;
  const eye = inside(x / 0.145, y / height, height);
  const lid = inside(x / 0.165, (y - 0.018) / (height + 0.014), height);
  mix(out, LASH, lid);
  mix(out, WHITE, eye);
  mix(out, IRIS, eye * inside(x / 0.082, y / 0.082, 0.082));
  mix(out, PUPIL, eye * inside(x / 0.042, y / 0.042, 0.042));
  mix(out, WHITE, 0.9 * eye * inside((x - 0.03) / 0.024, (y - 0.03) / 0.024, 0.024));
}

/** The expression moves the corners up or down; a laugh opens the mouth, with the teeth at the top. */
function paintMouth(out: Float64Array, across: number, y: number, expression: number, lip: Colour): void {
  const width = 0.22 + 0.05 * expression;
  const bow = across / width;
  const ends = 0.11 * expression * (bow * bow - 0.5); // the line between the lips
  const gap = 0.17 * Math.max(0, expression - 0.15) * Math.max(0, 1 - bow * bow);
  const within = 1 - smoothStep(1 - SOFT / width, 1 + SOFT / width, bow);
  const fullness = 0.055 * Math.sqrt(Math.max(0.12, 1 - bow * bow));
  const above = y - ends; // above the line
  const below = ends - gap - y; // below the opening
  mix(out, lip, within * (1 - smoothStep(fullness - SOFT, fullness + SOFT, Math.max(above, below))));
  mix(out, MOUTH, within * (1 - smoothStep(-SOFT, SOFT, Math.max(above, below) - 0.004)) * 0.9);
  const teeth = Math.max(above, ends - 0.45 * gap - y);
  mix(out, TEETH, within * (1 - smoothStep(-SOFT, SOFT / 2, teeth)) * smoothStep(0.02, 0.06, gap));
}
