import { road, type Road } from "./road";

/** A point on the road, in metres. */
export type Point = readonly [x: number, y: number];

/** An object that a car can collide with. */
export type Obstacle = "tree" | "kerb";

/** The first collision of a car on a straight segment. */
export interface Contact {
  /** The object that the car touches. */
  readonly obstacle: Obstacle;
  /** The fraction of the segment travelled before the contact, from 0 to 1. */
  readonly share: number;
}

/**
 * Returns the first contact of a car on the straight segment between two points, or undefined if there is
 * none.
 *
 * It checks the whole segment, not only the ends: a stride can be longer than the diameter of the trunk.
 *
 * @param from the centre of the car before the step, in metres.
 * @param to the centre of the car after the step, in metres.
 * @param where the road, `road` by default.
 */
export function contact(from: Point, to: Point, where: Road = road): Contact | undefined {
  const tree = treeShare(from, to, where);
  const kerb = kerbShare(from, to, where);
  if (Math.min(tree, kerb) > 1) return undefined;
  return tree <= kerb ? { obstacle: "tree", share: tree } : { obstacle: "kerb", share: kerb };
}

/**
 * The least s ≥ 0 at which |from + s (to − from) − tree| is the sum of the radii; 0 if it is less at s = 0,
 * else ∞.
 */
function treeShare([x, y]: Point, [toX, toY]: Point, { tree, treeRadius, carRadius }: Road): number {
  const [dx, dy, fx, fy] = [toX - x, toY - y, x - tree, y];
  const [a, b, c] = [dx * dx + dy * dy, dx * fx + dy * fy, fx * fx + fy * fy - (treeRadius + carRadius) ** 2];
  if (c <= 0) return 0; // solves a s² + 2 b s + c = 0, with c > 0 outside the disc
  const discriminant = b * b - a * c;
  return b < 0 && discriminant >= 0 ? c / (-b + Math.sqrt(discriminant)) : Infinity;
}

function kerbShare([, y]: Point, [, toY]: Point, { halfWidth, carRadius }: Road): number {
  const limit = halfWidth - carRadius;
  if (Math.abs(y) >= limit) return 0;
  return Math.abs(toY) >= limit ? (limit * Math.sign(toY) - y) / (toY - y) : Infinity;
}
