import type { Polyline } from "./grid";

type Point = Polyline[number];

/**
 * A line with fewer corners that is nowhere farther from the old corners than a tolerance (Ramer 1972; Douglas & Peucker 1973).
 *
 * Both ends stay, and with them the meeting point of a closed line.
 *
 * @param tolerance the largest distance in each axis's own measure: a corner off by `tolerance[0]` in x counts as much as one off by
 *   `tolerance[1]` in y.
 */
export function simplify(line: Polyline, [dx, dy]: readonly [number, number]): Polyline {
  const scaled = line.map(([x, y]): Point => [x / dx, y / dy]);
  const kept = new Set([0, line.length - 1]);
  const open: [number, number][] = [[0, line.length - 1]];
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    const [from, to] = piece;
    const far = farthest(scaled, from, to);
    if (far === undefined) continue;
    kept.add(far);
    open.push([from, far], [far, to]);
  }
  return line.filter((_, i) => kept.has(i));
}

/** Distances nearer than this share are equal; rounding alone shall not choose between two corners. */
const TIE = 1e-6;

/** The corner between two others that is farthest from the straight line between them, the first of equals, if that is more than 1. */
function farthest(line: Polyline, from: number, to: number): number | undefined {
  const [a, b] = [line[from], line[to]];
  if (a === undefined || b === undefined) return undefined;
  let [most, where]: [number, number | undefined] = [1, undefined];
  for (let i = from + 1; i < to; i++) {
    const distance = distanceTo(line[i] ?? a, a, b);
    if (distance > most * (1 + TIE)) [most, where] = [distance, i];
  }
  return where;
}

/** From a point to the segment from a to b; these may be the same point. */
function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [ux, uy] = [bx - ax, by - ay];
  const length = ux * ux + uy * uy;
  const along = length === 0 ? 0 : ((x - ax) * ux + (y - ay) * uy) / length;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * ux, y - ay - share * uy);
}
