import { multiply, stretch, turn, type Vector3 } from "../../../raster/matrix3";
import { leaning, type Solid } from "../../../raster/solids";

/**
 * Returns a solid with the given width (x), height (y) and depth (z), leaning back by an angle in radians.
 */
type SizedSolid = (centre: Vector3, size: Vector3, material: number, lean?: number) => Solid;

function sized(kind: Solid["kind"]): SizedSolid {
  return (centre, [w, h, d], material, lean = 0) =>
    leaning(kind, centre, [w / 2, h / 2, d / 2], material, lean);
}

/** A box. */
export const box = sized("box");
/** An upright disc or column with an elliptic cross-section. */
export const disc = sized("cylinder");
/** An ellipsoid. */
export const ball = sized("ball");

/** A round rod from one point to another. */
export function rod(from: Vector3, to: Vector3, thickness: number, material: number): Solid {
  const [x, y, z] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(x, y, z);
  const centre: Vector3 = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
  const upright = Math.acos(y / length);
  const axes = multiply(
    multiply(turn("y", Math.atan2(x, z)), turn("x", upright)), // rotates y to the direction of the rod
    stretch(thickness / 2, length / 2, thickness / 2),
  );
  return { kind: "cylinder", centre, axes, material };
}

/** Rods along a polyline, with balls at the joints. */
export function bent(points: readonly Vector3[], thickness: number, material: number): Solid[] {
  const size: Vector3 = [thickness, thickness, thickness];
  return points.flatMap((point, i) => {
    const next = points[i + 1];
    return next === undefined
      ? [ball(point, size, material)]
      : [ball(point, size, material), rod(point, next, thickness, material)];
  });
}

/** n points of a curve, at equidistant t in [0, 1]. */
export function along(n: number, curve: (t: number) => Vector3): Vector3[] {
  return Array.from({ length: n }, (_, i) => curve(i / (n - 1)));
}

/** A part at x and its mirror image at −x. */
export function bothSides(part: (side: 1 | -1) => Solid[]): Solid[] {
  return [...part(1), ...part(-1)];
}

/** Four legs from corners under the seat to corners on the floor (y = −1). */
export function fourLegs(
  [x, y, z]: Vector3,
  [floorX, floorZ]: readonly [number, number],
  thickness: number,
  material: number,
): Solid[] {
  return bothSides((side) =>
    [1, -1].map((front) =>
      rod([side * x, y, front * z], [side * floorX, -1, front * floorZ], thickness, material),
    ),
  );
}
