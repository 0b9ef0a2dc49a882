import type { Matrix3, Vector3 } from "../matrix3";

/** A pinhole camera. */
export interface Camera {
  /** Where it stands. */
  readonly position: Vector3;
  /** Its axes in the world, as columns: to the right, up, and backwards. */
  readonly axes: Matrix3;
  /** The vertical angle of view in degrees. */
  readonly fovy: number;
}

/** What is visible at each sample of an image; distances along the view, in the world's unit of length. */
export interface Frame {
  /** The number of samples in a row. */
  readonly width: number;
  /** The number of rows of samples. */
  readonly height: number;
  /** The distance from the plane of the camera; ∞ where nothing is visible. */
  readonly depth: Float64Array;
  /** The index of the shape; −1 where nothing is visible. */
  readonly shape: Int16Array;
  /** The unit normal in the camera's axes, 3 numbers per sample. */
  readonly normal: Float32Array;
}

/** Allocates the samples of an image; `clearFrame` must be called before they are used. */
export function frame(width: number, height: number): Frame {
  return {
    width,
    height,
    depth: new Float64Array(width * height),
    shape: new Int16Array(width * height),
    normal: new Float32Array(3 * width * height),
  };
}

/** Makes nothing visible at any sample. */
export function clearFrame({ depth, shape }: Frame): void {
  depth.fill(Infinity);
  shape.fill(-1);
}

/** Returns the focal length f in samples: (x, y, −z) appears f x / z to the right of the middle. */
export function focalLength(height: number, { fovy }: Camera): number {
  return height / 2 / Math.tan((fovy * Math.PI) / 360);
}

/** Returns the transposed matrix, the inverse of a rotation. */
export function transpose([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0]: Matrix3): Matrix3 {
  return [a, d, g, b, e, h, c, f, i];
}
