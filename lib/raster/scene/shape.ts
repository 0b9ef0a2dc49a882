import type { Matrix3, Vector3 } from "../matrix3";

/**
 * A solid in the world. `size` holds, along its own axes: the half-axes of an ellipsoid, the half-lengths of
 * a box, [radius, radius, half-length] of a cylinder or of a capsule without its caps, and the half-lengths
 * of a plane, where 0 means endless.
 */
export interface Shape {
  readonly kind: "ellipsoid" | "box" | "cylinder" | "capsule" | "plane";
  readonly size: Vector3;
  readonly position: Vector3;
  /** Its axes in the world, as columns; a plane faces along the third. */
  readonly axes: Matrix3;
}
