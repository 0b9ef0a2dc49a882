import { multiply, transform, type Matrix3, type Vector3 } from "../matrix3";
import { reachOf } from "./bounds";
import { focalLength, transpose, type Camera, type Frame } from "./frame";
import type { Shape } from "./shape";

/** What of the current ray is known: plain fields, because this runs for every sample. */
class Ray {
  /** The origin o, in the axes and units of the shape. */
  ox = 0;
  oy = 0;
  oz = 0;
  /** The direction d, likewise; its component along the view is 1. */
  dx = 0;
  dy = 0;
  dz = 0;
  /** The half-lengths of a plane; `h` is the half-length of a capsule in units of its radius. */
  x = 0;
  y = 0;
  h = 0;
  /** The t at which o + t d enters, which is the distance from the camera's plane. */
  t = 0;
  /** The normal there, not normalized, in the axes and units of the shape. */
  nx = 0;
  ny = 0;
  nz = 0;
}

/** Sets t and the normal where the ray enters the unit solid; returns whether it does. */
type Cast = (ray: Ray) => boolean;

/** Surfaces nearer than this are not seen. */
const NEAR = 1e-6;

/** Casts a ray through every sample that the shape may cover, and keeps the nearest surface. */
export function castShape(to: Frame, camera: Camera, shape: Shape, index: number): void {
  const view = transpose(camera.axes);
  const axes = multiply(view, shape.axes); // of the shape, seen from the camera
  const centre = transform(view, minus(shape.position, camera.position));
  const focal = focalLength(to.height, camera);
  const { left, right, top, bottom } = reachOf(shape, centre, axes, focal, to);
  const m = scaledInverse(axes, unitsOf(shape));
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0] = m;
  const ray = new Ray();
  const origin = transform(m, centre);
  [ray.ox, ray.oy, ray.oz] = [-origin[0], -origin[1], -origin[2]];
  [ray.x, ray.y, ray.h] = [shape.size[0], shape.size[1], shape.size[2] / shape.size[0]];
  const cast = CASTS[shape.kind];
  const { width, height, depth, shape: visible, normal } = to;
  for (let row = top; row < bottom; row++) {
    const y = (height / 2 - row - 0.5) / focal;
    for (let column = left; column < right; column++) {
      const x = (column + 0.5 - width / 2) / focal;
      ray.dx = m0 * x + m1 * y - m2;
      ray.dy = m3 * x + m4 * y - m5;
      ray.dz = m6 * x + m7 * y - m8;
      if (!cast(ray)) continue;
      const at = row * width + column;
      if (ray.t < NEAR || ray.t >= (depth[at] ?? 0)) continue;
      depth[at] = ray.t;
      visible[at] = index;
      const vx = m0 * ray.nx + m3 * ray.ny + m6 * ray.nz; // normals move by the transposed inverse
      const vy = m1 * ray.nx + m4 * ray.ny + m7 * ray.nz;
      const vz = m2 * ray.nx + m5 * ray.ny + m8 * ray.nz;
      const scale = 1 / Math.sqrt(vx * vx + vy * vy + vz * vz);
      normal[3 * at] = vx * scale;
      normal[3 * at + 1] = vy * scale;
      normal[3 * at + 2] = vz * scale;
    }
  }
}

function minus([a, b, c]: Vector3, [x, y, z]: Vector3): Vector3 {
  return [a - x, b - y, c - z];
}

/** The lengths that become 1: half-axes, the radius of a capsule, and for a plane the world's own unit. */
function unitsOf({ kind, size: [x, y, z] }: Shape): Vector3 {
  if (kind === "plane") return [1, 1, 1];
  return kind === "capsule" ? [x, x, x] : [x, y, z];
}

/** The map from the camera's axes to those of the shape, in its units. */
function scaledInverse(axes: Matrix3, units: Vector3): Matrix3 {
  return transpose(axes).map((value, i) => value / (units[Math.floor(i / 3)] ?? 1));
}

const CASTS: Record<Shape["kind"], Cast> = {
  ellipsoid: (ray) => castBall(ray, 0),
  box: (ray) => {
    const tx = entering(ray.ox, ray.dx);
    const ty = entering(ray.oy, ray.dy);
    const tz = entering(ray.oz, ray.dz);
    const t = Math.max(tx, ty, tz);
    if (!(t <= Math.min(leaving(ray.ox, ray.dx), leaving(ray.oy, ray.dy), leaving(ray.oz, ray.dz))))
      return false;
    if (t === tx) return hit(ray, t, -Math.sign(ray.dx), 0, 0);
    return t === ty ? hit(ray, t, 0, -Math.sign(ray.dy), 0) : hit(ray, t, 0, 0, -Math.sign(ray.dz));
  },
  cylinder: (ray) => {
    const wall = enterWall(ray);
    const cap = entering(ray.oz, ray.dz);
    if (wall >= cap && Math.abs(ray.oz + wall * ray.dz) <= 1)
      return hit(ray, wall, ray.ox + wall * ray.dx, ray.oy + wall * ray.dy, 0);
    const x = ray.ox + cap * ray.dx;
    const y = ray.oy + cap * ray.dy;
    return x * x + y * y <= 1 && hit(ray, cap, 0, 0, -Math.sign(ray.dz));
  },
  capsule: (ray) => {
    const wall = enterWall(ray);
    if (Number.isNaN(wall)) {
      if (ray.ox * ray.ox + ray.oy * ray.oy > 1 || ray.dx * ray.dx + ray.dy * ray.dy > 0) return false;
      return castBall(ray, ray.dz < 0 ? ray.h : -ray.h); // a ray along the axis
    }
    const z = ray.oz + wall * ray.dz;
    if (Math.abs(z) <= ray.h) return hit(ray, wall, ray.ox + wall * ray.dx, ray.oy + wall * ray.dy, 0);
    return castBall(ray, z > 0 ? ray.h : -ray.h);
  },
  plane: (ray) => {
    if (ray.oz <= 0 || ray.dz >= 0) return false; // seen from above only
    const t = -ray.oz / ray.dz;
    if (ray.x > 0 && Math.abs(ray.ox + t * ray.dx) > ray.x) return false;
    if (ray.y > 0 && Math.abs(ray.oy + t * ray.dy) > ray.y) return false;
    return hit(ray, t, 0, 0, 1);
  },
};

/** A ball of radius 1 about (0, 0, z). */
function castBall(ray: Ray, z: number): boolean {
  const { ox, oy, dx, dy, dz } = ray;
  const oz = ray.oz - z;
  const a = dx * dx + dy * dy + dz * dz;
  const t = firstRoot(a, ox * dx + oy * dy + oz * dz, ox * ox + oy * oy + oz * oz - 1);
  return !Number.isNaN(t) && hit(ray, t, ox + t * dx, oy + t * dy, oz + t * dz);
}

/** Where the ray enters the endless cylinder x² + y² ≤ 1; NaN if it does not. */
function enterWall({ ox, oy, dx, dy }: Ray): number {
  return firstRoot(dx * dx + dy * dy, ox * dx + oy * dy, ox * ox + oy * oy - 1);
}

/** Notes an intersection, and returns true. */
function hit(ray: Ray, t: number, nx: number, ny: number, nz: number): true {
  ray.t = t;
  ray.nx = nx;
  ray.ny = ny;
  ray.nz = nz;
  return true;
}

/** Returns the smaller t with a t² + 2 b t + c = 0; NaN if there is none. */
function firstRoot(a: number, b: number, c: number): number {
  return (-b - Math.sqrt(b * b - a * c)) / a;
}

/** Returns the t at which o + t d enters [−1, 1]. */
function entering(o: number, d: number): number {
  if (d === 0) return Math.abs(o) <= 1 ? -Infinity : Infinity;
  return ((d > 0 ? -1 : 1) - o) / d;
}

/** Returns the t at which o + t d leaves [−1, 1]. */
function leaving(o: number, d: number): number {
  if (d === 0) return Math.abs(o) <= 1 ? Infinity : -Infinity;
  return ((d > 0 ? 1 : -1) - o) / d;
}
