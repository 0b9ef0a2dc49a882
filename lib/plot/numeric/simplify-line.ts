import type { Polyline } from "./grid";

type Point = Polyline[number];

/**
 * Returns a line with fewer points from which no omitted point is farther than a tolerance (Ramer 1972;
 * Douglas & Peucker 1973). The first and the last point are kept, so a closed line stays closed.
 *
 * @param tolerance the largest distance along x and along y: an error of `tolerance[0]` in x counts as much
 *   as one of `tolerance[1]` in y.
 */
export function simplifyLine(line: Polyline, tolerance: readonly [x: number, y: number]): Polyline {
  const scaled = line.map(([x, y]): Point => [x / tolerance[0], y / tolerance[1]]);
  const kept = new Set([0, line.length - 1]);
  const pending: [number, number][] = [[0, line.length - 1]];
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    const [from, to] = piece;
    const far = farthestPoint(scaled, from, to);
    if (far === undefined) continue;
    kept.add(far);
    pending.push([from, far], [far, to]);
  }
  return line.filter((_, i) => kept.has(i));
}

/**
 * Distances within this relative difference are equal, so that rounding does not choose between two points.
 */
const TIE = 1e-6;

/**
 * The index between `from` and `to` of the point farthest from their segment, the first of equals; none
 * within 1.
 */
function farthestPoint(line: Polyline, from: number, to: number): number | undefined {
  const [a, b] = [line[from], line[to]];
  if (a === undefined || b === undefined) return undefined;
  let [largest, index]: [number, number | undefined] = [1, undefined];
  for (let i = from + 1; i < to; i++) {
    const distance = distanceToSegment(line[i] ?? a, a, b);
    if (distance > largest * (1 + TIE)) [largest, index] = [distance, i];
  }
  return index;
}

/** The distance from a point to the segment from a to b, which may be a single point. */
function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [ux, uy] = [bx - ax, by - ay];
  const squared = ux * ux + uy * uy;
  const projection = squared === 0 ? 0 : ((x - ax) * ux + (y - ay) * uy) / squared;
  const share = Math.min(1, Math.max(0, projection));
  return Math.hypot(x - ax - share * ux, y - ay - share * uy);
}
