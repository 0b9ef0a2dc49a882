import { road, type Road } from "./road";

/** A point of the road, in metres. */
export type Point = readonly [x: number, y: number];

/** What a car may run into. */
export type Obstacle = "tree" | "kerb";

/** Where a car that goes straight first touches something. */
export interface Contact {
  readonly obstacle: Obstacle;
  /** How much of the way it has gone by then, from 0 to 1. */
  readonly share: number;
}

/**
 * The first contact of a car on its way from one point straight to another; undefined where there is none.
 *
 * The whole way is looked at and not its ends only: a stride may be longer than the trunk is thick.
 */
export function contact(from: Point, to: Point, where: Road = road): Contact | undefined {
  const tree = treeShare(from, to, where);
  const kerb = kerbShare(from, to, where);
  if (Math.min(tree, kerb) > 1) return undefined;
  return tree <= kerb ? { obstacle: "tree", share: tree } : { obstacle: "kerb", share: kerb };
}

/** The least s in [0, 1] at which |from + s (to − from) − tree| is the sum of the radii; 0 where it is less at once, ∞ where never. */
function treeShare([x, y]: Point, [toX, toY]: Point, { tree, treeRadius, carRadius }: Road): number {
  const [dx, dy, fx, fy] = [toX - x, toY - y, x - tree, y];
  const [a, b, c] = [dx * dx + dy * dy, dx * fx + dy * fy, fx * fx + fy * fy - (treeRadius + carRadius) ** 2];
  if (c <= 0) return 0; //                                   a s² + 2 b s + c = 0, and c > 0 outside of the disc
  const discriminant = b * b - a * c;
  return b < 0 && discriminant >= 0 ? c / (-b + Math.sqrt(discriminant)) : Infinity;
}

function kerbShare([, y]: Point, [, toY]: Point, { halfWidth, carRadius }: Road): number {
  const limit = halfWidth - carRadius;
  if (Math.abs(y) >= limit) return 0;
  return Math.abs(toY) >= limit ? (limit * Math.sign(toY) - y) / (toY - y) : Infinity;
}
