import { factorSet, SIDE, type Draw, type FactorSet } from "./factor-set";
import { fillPolygon, moments, type Polygon } from "../../raster/polygon";

/** The side of the square at scale 1, in pixels; the ellipse and the heart have the same area. */
const FULL_SIDE = 17;
const CURVE_CORNERS = 72;

const shapes = [square(), ellipse(), heart()].map(normalized);

/** n equidistant numbers from `first` to `last`. */
function steps(first: number, last: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => first + ((last - first) * i) / (n - 1));
}

const scales = steps(0.5, 1, 6);
const orientations = Array.from({ length: 40 }, (_, i) => (2 * Math.PI * i) / 40);
const positions = steps(16, 48, 32);

/**
 * White shapes on black, 64×64×1, with five known factors: shape (square, ellipse, heart), scale (6 levels),
 * orientation (40 steps of 9°, clockwise), and x and y of the centroid (32 levels each).
 *
 * The factors and their levels are those of dSprites (Matthey et al. 2017); the images are rendered here.
 * Unlike there, all shapes of a scale have the same area, and the level of a pixel is the exact fraction that
 * is covered. As there, a square is symmetric under 90° and an ellipse under 180°, so that only the heart
 * determines the orientation.
 */
export const sprites: FactorSet<"shape" | "scale" | "orientation" | "x" | "y"> = factorSet(
  "sprites",
  1,
  [
    { name: "shape", kind: "choice", size: 3, levels: ["square", "ellipse", "heart"] },
    { name: "scale", kind: "choice", size: scales.length, levels: scales },
    { name: "orientation", kind: "choice", size: orientations.length, levels: orientations },
    { name: "x", kind: "choice", size: positions.length, levels: positions },
    { name: "y", kind: "choice", size: positions.length, levels: positions },
  ],
  drawSprite,
);

function drawSprite(...[pixels, row]: Parameters<Draw>): void {
  const [shape = 0, scale = 0, orientation = 0, x = 0, y = 0] = row;
  const size = FULL_SIDE * (scales[scale] ?? 1);
  const angle = orientations[orientation] ?? 0;
  const [c, s] = [size * Math.cos(angle), size * Math.sin(angle)];
  const [centreX, centreY] = [positions[x] ?? 0, positions[y] ?? 0];
  const unit = shapes[shape] ?? new Float64Array();
  const polygon = new Float64Array(unit.length);
  for (let i = 0; i < unit.length; i += 2) {
    const [px, py] = [unit[i] ?? 0, unit[i + 1] ?? 0];
    polygon[i] = centreX + c * px - s * py;
    polygon[i + 1] = centreY + s * px + c * py;
  }
  fillPolygon(pixels, SIDE, polygon);
}

function square(): Polygon {
  return Float64Array.of(-1, -1, 1, -1, 1, 1, -1, 1);
}

/** An ellipse twice as wide as high. */
function ellipse(): Polygon {
  return curve((t) => [2 * Math.cos(t), Math.sin(t)]);
}

/** A heart pointing down: a trigonometric curve with area 180 π. */
function heart(): Polygon {
  return curve((t) => [
    16 * Math.sin(t) ** 3,
    -(13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t)),
  ]);
}

function curve(point: (t: number) => [x: number, y: number]): Polygon {
  return Float64Array.from(
    Array.from({ length: CURVE_CORNERS }, (_, i) => point((2 * Math.PI * i) / CURVE_CORNERS)).flat(),
  );
}

/** Translates and scales a polygon to centroid (0, 0) and area 1. */
function normalized(polygon: Polygon): Polygon {
  const { area, x, y } = moments(polygon);
  const scale = 1 / Math.sqrt(Math.abs(area));
  return polygon.map((value, i) => (value - (i % 2 === 0 ? x : y)) * scale);
}
