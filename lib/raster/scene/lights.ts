import { transform, type Vector3 } from "../matrix3";
import type { Colour } from "../picture";
import { transpose, type Camera } from "./frame";

/** A light: their colours add up. */
export interface Light {
  /** Where it stands; a light without a position shines from infinitely far. */
  readonly position?: Vector3;
  /** Where it shines: a unit vector. */
  readonly direction: Vector3;
  readonly ambient: Colour;
  readonly diffuse: Colour;
  /** Beyond this cosine of the angle to its direction a spot light is dark; −1 for no cone. */
  readonly cosCutoff: number;
  /** The exponent of that cosine, by which the light falls off from the middle of the cone. */
  readonly exponent: number;
}

/** The numbers of a light in `seenLights`, in this order. */
const [WIDTH, FROM_AFAR, AT, ALONG, AMBIENT, DIFFUSE, CUTOFF, EXPONENT] = [15, 0, 1, 4, 7, 10, 13, 14];

/** Returns the lights as plain numbers, seen from a camera. */
export function seenLights(lights: readonly Light[], { position: eye, axes }: Camera): Float64Array {
  const view = transpose(axes);
  return Float64Array.from(
    lights.flatMap(({ position, direction, ambient, diffuse, cosCutoff, exponent }) => {
      const at = position === undefined ? eye : position;
      return [
        position === undefined ? 1 : 0,
        ...transform(view, [at[0] - eye[0], at[1] - eye[1], at[2] - eye[2]]),
        ...transform(view, direction),
        ...ambient,
        ...diffuse,
        cosCutoff,
        exponent,
      ];
    }),
  );
}

/**
 * Writes the light that falls on a point with the normal (nx, ny, nz), ambient and by Lambert's cosine law.
 *
 * @param lights of `seenLights`.
 */
export function illuminate(
  out: Float64Array,
  lights: Float64Array,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
): void {
  let r = 0;
  let g = 0;
  let b = 0;
  for (let i = 0; i < lights.length; i += WIDTH) {
    const ax = lights[i + ALONG] ?? 0;
    const ay = lights[i + ALONG + 1] ?? 0;
    const az = lights[i + ALONG + 2] ?? 0;
    let lx = -ax;
    let ly = -ay;
    let lz = -az;
    let strength = 1;
    if (lights[i + FROM_AFAR] === 0) {
      lx = (lights[i + AT] ?? 0) - x;
      ly = (lights[i + AT + 1] ?? 0) - y;
      lz = (lights[i + AT + 2] ?? 0) - z;
      const scale = 1 / Math.sqrt(lx * lx + ly * ly + lz * lz);
      lx *= scale;
      ly *= scale;
      lz *= scale;
      const cutoff = lights[i + CUTOFF] ?? 0;
      if (cutoff > -1) {
        const cosine = -(lx * ax + ly * ay + lz * az);
        strength = cosine < cutoff ? 0 : cosine ** (lights[i + EXPONENT] ?? 0);
      }
    }
    const lambert = strength * Math.max(0, nx * lx + ny * ly + nz * lz);
    r += strength * (lights[i + AMBIENT] ?? 0) + lambert * (lights[i + DIFFUSE] ?? 0);
    g += strength * (lights[i + AMBIENT + 1] ?? 0) + lambert * (lights[i + DIFFUSE + 1] ?? 0);
    b += strength * (lights[i + AMBIENT + 2] ?? 0) + lambert * (lights[i + DIFFUSE + 2] ?? 0);
  }
  out[0] = r;
  out[1] = g;
  out[2] = b;
}
