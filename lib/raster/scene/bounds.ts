import type { Matrix3, Vector3 } from "../matrix3";
import type { Frame } from "./frame";
import type { Shape } from "./shape";

/** A rectangle of samples, to one past the last. */
export interface Reach {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A part of the image plane at distance 1, x to the right and y up. */
interface Extent {
  readonly x: readonly [least: number, greatest: number];
  readonly y: readonly [least: number, greatest: number];
}

/**
 * Returns a rectangle that holds all samples where a shape is visible.
 *
 * @param centre of the shape, seen from the camera; `axes` likewise.
 * @param focal the focal length in samples.
 */
export function reachOf(
  shape: Pick<Shape, "kind" | "size">,
  centre: Vector3,
  axes: Matrix3,
  focal: number,
  { width, height }: Pick<Frame, "width" | "height">,
): Reach {
  const extent = shape.kind === "capsule" ? ofCapsule(shape, centre, axes) : ofBox(shape, centre, axes);
  if (extent === undefined) return { left: 0, right: width, top: 0, bottom: height };
  const [x0, x1] = extent.x;
  const [y0, y1] = extent.y;
  return {
    left: clamp(Math.floor(width / 2 + focal * x0), width),
    right: clamp(Math.ceil(width / 2 + focal * x1), width),
    top: clamp(Math.floor(height / 2 - focal * y1), height),
    bottom: clamp(Math.ceil(height / 2 - focal * y0), height),
  };
}

/** A capsule lies within the images of its two balls and what is between them. */
function ofCapsule({ size }: Pick<Shape, "size">, [x, y, z]: Vector3, axes: Matrix3): Extent | undefined {
  const [radius, , half] = size;
  const [dx, dy, dz] = [half * (axes[2] ?? 0), half * (axes[5] ?? 0), half * (axes[8] ?? 0)];
  const ends = [ofBall([x - dx, y - dy, z - dz], radius), ofBall([x + dx, y + dy, z + dz], radius)];
  const [a, b] = ends;
  return a === undefined || b === undefined ? undefined : { x: join(a.x, b.x), y: join(a.y, b.y) };
}

/** The tangents at a ball, exactly; undefined if it reaches behind the camera. */
function ofBall([x, y, z]: Vector3, radius: number): Extent | undefined {
  const far = -z;
  if (far <= radius) return undefined;
  const scale = 1 / (far * far - radius * radius);
  const spread = (u: number): readonly [number, number] => {
    const width = radius * Math.sqrt(u * u + far * far - radius * radius);
    return [(u * far - width) * scale, (u * far + width) * scale];
  };
  return { x: spread(x), y: spread(y) };
}

/** The corners of the box around a shape; undefined if one is behind the camera, or the shape is endless. */
function ofBox(
  { kind, size }: Pick<Shape, "kind" | "size">,
  [x, y, z]: Vector3,
  axes: Matrix3,
): Extent | undefined {
  const [sx, sy] = size;
  const sz = kind === "plane" ? 0 : size[2];
  if (kind === "plane" && (sx === 0 || sy === 0)) return undefined;
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const [a, b, c] = [corner & 1 ? sx : -sx, corner & 2 ? sy : -sy, corner & 4 ? sz : -sz];
    const along = (row: number): number =>
      a * (axes[row] ?? 0) + b * (axes[row + 1] ?? 0) + c * (axes[row + 2] ?? 0);
    const far = -(z + along(6));
    if (far < 1e-9) return undefined;
    const [u, v] = [(x + along(0)) / far, (y + along(3)) / far];
    [left, right] = [Math.min(left, u), Math.max(right, u)];
    [low, high] = [Math.min(low, v), Math.max(high, v)];
  }
  return { x: [left, right], y: [low, high] };
}

function join(a: readonly [number, number], b: readonly [number, number]): readonly [number, number] {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function clamp(value: number, size: number): number {
  return Math.min(size, Math.max(0, value));
}
