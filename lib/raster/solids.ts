import { invert, multiply, stretch, transform, turn, type Matrix3, type Vector3 } from "./matrix3";

/**
 * An affine image of a unit solid: the ball |p| ≤ 1, the box |x|, |y|, |z| ≤ 1, or the cylinder x² + z² ≤ 1,
 * |y| ≤ 1, whose points p are mapped to `centre` + `axes` p.
 */
export interface Solid {
  readonly kind: "ball" | "box" | "cylinder";
  readonly centre: Vector3;
  readonly axes: Matrix3;
  /** The number of the material, by which the sample is shaded. */
  readonly material: number;
}

/** Returns a solid with half-diameters `halves` along x, y and z that leans back by an angle in radians. */
export function leaning(
  kind: Solid["kind"],
  centre: Vector3,
  halves: Vector3,
  material: number,
  lean = 0,
): Solid {
  return { kind, centre, axes: multiply(turn("x", -lean), stretch(...halves)), material };
}

/**
 * An orthographic view of a model: rotated by `turn`, scaled by `pixels`, and shifted to `centre`. In the
 * view's frame, x points right, y up and z to the viewer.
 */
export interface View {
  readonly turn: Matrix3;
  readonly pixels: number;
  readonly centre: readonly [x: number, y: number];
}

/** The surface that is visible at each sample of the image. */
export interface Surfaces {
  /** The number of samples along a side. */
  readonly side: number;
  /** z in the view's frame; −∞ where nothing is visible. */
  readonly depth: Float32Array;
  /** −1 where nothing is visible. */
  readonly material: Int16Array;
  /** The unit normal in the view's frame, 3 numbers per sample. */
  readonly normal: Float32Array;
}

/** Allocates the samples of an image; `clear` must be called before they are used. */
export function emptySurfaces(side: number): Surfaces {
  return {
    side,
    depth: new Float32Array(side * side),
    material: new Int16Array(side * side),
    normal: new Float32Array(3 * side * side),
  };
}

/** Makes nothing visible at any sample. */
export function clear({ depth, material }: Surfaces): void {
  depth.fill(-Infinity);
  material.fill(-1);
}

/** Casts a ray through every sample that the solid may cover, and keeps the nearer surface. */
export function castSolid(surfaces: Surfaces, view: View, solid: Solid): void {
  const axes = multiply(view.turn, solid.axes).map((value) => value * view.pixels);
  const [x0, y0, z0] = transform(view.turn, solid.centre);
  const [cx, cy, cz] = [x0 * view.pixels, y0 * view.pixels, z0 * view.pixels];
  const inverse = invert(axes);
  const [i0 = 0, i1 = 0, i2 = 0, i3 = 0, i4 = 0, i5 = 0, i6 = 0, i7 = 0, i8 = 0] = inverse;
  const { side, depth, material, normal } = surfaces;
  const [middleX, middleY] = [view.centre[0] + cx, view.centre[1] - cy];
  const [reachX, reachY] = [reach(axes, 0, solid.kind), reach(axes, 1, solid.kind)];
  const [left, right] = clampSpan(middleX - reachX, middleX + reachX, side);
  const [top, bottom] = clampSpan(middleY - reachY, middleY + reachY, side);
  const direction: Vector3 = [i2, i5, i8];
  const hit = new Float64Array(4); // t along the ray, and the normal
  const cast = casts[solid.kind];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const x = column + 0.5 - middleX;
      const y = middleY - row - 0.5;
      if (!cast(hit, i0 * x + i1 * y, i3 * x + i4 * y, i6 * x + i7 * y, direction)) continue;
      const at = row * side + column;
      const z = cz + (hit[0] ?? 0);
      if (z <= (depth[at] ?? 0)) continue;
      depth[at] = z;
      material[at] = solid.material;
      const [a, b, c] = [hit[1] ?? 0, hit[2] ?? 0, hit[3] ?? 0];
      // A⁻ᵀ n
      setUnit(normal, 3 * at, i0 * a + i3 * b + i6 * c, i1 * a + i4 * b + i7 * c, i2 * a + i5 * b + i8 * c);
    }
}

/**
 * Intersects the ray o + t d with a unit solid: writes the largest t and the normal there into `hit`. Returns
 * whether they intersect.
 */
type Cast = (hit: Float64Array, ox: number, oy: number, oz: number, d: Vector3) => boolean;

const casts: Record<Solid["kind"], Cast> = {
  ball: (hit, ox, oy, oz, [dx, dy, dz]) => {
    const t = lastRoot(
      dx * dx + dy * dy + dz * dz,
      ox * dx + oy * dy + oz * dz,
      ox * ox + oy * oy + oz * oz - 1,
    );
    if (Number.isNaN(t)) return false;
    return setHit(hit, t, ox + t * dx, oy + t * dy, oz + t * dz);
  },
  box: (hit, ox, oy, oz, [dx, dy, dz]) => {
    const [tx, ty, tz] = [leaving(ox, dx), leaving(oy, dy), leaving(oz, dz)];
    const t = Math.min(tx, ty, tz);
    if (t < Math.max(-leaving(-ox, dx), -leaving(-oy, dy), -leaving(-oz, dz))) return false;
    if (t === tx) return setHit(hit, t, Math.sign(dx), 0, 0);
    return t === ty ? setHit(hit, t, 0, Math.sign(dy), 0) : setHit(hit, t, 0, 0, Math.sign(dz));
  },
  cylinder: (hit, ox, oy, oz, [dx, dy, dz]) => {
    const [a, b, c] = [dx * dx + dz * dz, ox * dx + oz * dz, ox * ox + oz * oz - 1];
    const wall = lastRoot(a, b, c);
    const cap = leaving(oy, dy);
    if (Number.isNaN(wall)) return false;
    const t = Math.min(wall, cap);
    const first = (-b - Math.sqrt(b * b - a * c)) / a;
    if (t < Math.max(first, -leaving(-oy, dy))) return false;
    if (t === cap) return setHit(hit, t, 0, Math.sign(dy), 0);
    return setHit(hit, t, ox + t * dx, 0, oz + t * dz);
  },
};

/** Writes an intersection into `hit`, and returns true. */
function setHit(hit: Float64Array, t: number, nx: number, ny: number, nz: number): true {
  hit[0] = t;
  hit[1] = nx;
  hit[2] = ny;
  hit[3] = nz;
  return true;
}

/** Returns the larger t with a t² + 2 b t + c = 0. */
function lastRoot(a: number, b: number, c: number): number {
  return (-b + Math.sqrt(b * b - a * c)) / a;
}

/** Returns the t at which o + t d leaves [−1, 1]. */
function leaving(o: number, d: number): number {
  if (Math.abs(d) < 1e-12) return Math.abs(o) <= 1 ? Infinity : -Infinity;
  return d > 0 ? (1 - o) / d : (-1 - o) / d;
}

/** Returns how far a solid extends from its centre along axis `row` of the view. */
function reach(axes: Matrix3, row: number, kind: Solid["kind"]): number {
  const [a = 0, b = 0, c = 0] = axes.slice(3 * row, 3 * row + 3);
  if (kind === "ball") return Math.hypot(a, b, c);
  return kind === "box" ? Math.abs(a) + Math.abs(b) + Math.abs(c) : Math.hypot(a, c) + Math.abs(b);
}

function clampSpan(from: number, to: number, side: number): [first: number, last: number] {
  return [Math.max(0, Math.floor(from)), Math.min(side - 1, Math.ceil(to))];
}

/** Writes a vector, normalized, to `target` from index `at` on. */
function setUnit(target: Float32Array, at: number, x: number, y: number, z: number): void {
  const length = Math.sqrt(x * x + y * y + z * z);
  target[at] = x / length;
  target[at + 1] = y / length;
  target[at + 2] = z / length;
}
