import type { Canvas } from "../canvas";
import { transform, type Vector3 } from "../matrix3";
import type { Colour } from "../picture";
import { focalLength, transpose, type Camera, type Frame } from "./frame";
import { illuminate, seenLights, type Light } from "./lights";
import { applyTexture, type Texture } from "./texture";
import type { Shape } from "./shape";

/** How a surface answers light. */
export interface Surface {
  readonly colour: Colour;
  /** What covers a plane, multiplied with its colour; its middle lies at the centre of the plane. */
  readonly cover?: {
    readonly texture: Texture;
    /** How often it repeats per unit of length, along both axes of the plane. */
    readonly repeat: readonly [number, number];
  };
}

/** What `shade` needs to know of a scene. */
export interface Scene {
  readonly camera: Camera;
  /** By the index that `castShape` was given. */
  readonly shapes: readonly Shape[];
  readonly surfaces: readonly Surface[];
  readonly lights: readonly Light[];
  /** The colour of the sky at the nadir, the horizon and the zenith, linear in the sine of the elevation. */
  readonly sky: readonly [nadir: Colour, horizon: Colour, zenith: Colour];
}

/**
 * Paints what is visible: Lambert's law, once for each surface in a pixel, textures at each sample, and the
 * mean over the samples of a pixel. There are no shadows, reflections or highlights, and translucent surfaces
 * are opaque.
 *
 * @param seen `samples` times as many rows and columns as the canvas.
 */
export function shade(on: Canvas, seen: Frame, scene: Scene, samples: number): void {
  const { width, height, shape, depth, normal } = seen;
  const { camera, surfaces } = scene;
  const focal = focalLength(height, camera);
  const lights = seenLights(scene.lights, camera);
  const covers = surfaces.map((surface, i) => coverOf(surface, scene.shapes[i], camera, focal));
  const sky = Float64Array.from(scene.sky.flat());
  const [, , , , , , upX = 0, upY = 0, upZ = 0] = camera.axes; // the world's z in the camera's axes
  const share = 1 / samples ** 2;
  const { pixels } = on;
  const light = new Float64Array(3); // what the surface sends to the camera
  const colour = new Float64Array(3);
  let pixel = 0;
  for (let top = 0; top < height; top += samples)
    for (let left = 0; left < width; left += samples) {
      let last = NONE;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let row = top; row < top + samples; row++)
        for (let column = left; column < left + samples; column++) {
          const at = row * width + column;
          const x = (column + 0.5 - width / 2) / focal;
          const y = (height / 2 - row - 0.5) / focal;
          const t = depth[at] ?? 0;
          const index = shape[at] ?? -1;
          if (index < 0 && last !== index)
            paintSky(light, sky, (upX * x + upY * y - upZ) / Math.sqrt(1 + x * x + y * y));
          else if (last !== index) {
            const n = 3 * at;
            illuminate(
              light,
              lights,
              t * x,
              t * y,
              -t,
              normal[n] ?? 0,
              normal[n + 1] ?? 0,
              normal[n + 2] ?? 0,
            );
            tint(light, surfaces[index]?.colour ?? BLACK);
          }
          last = index;
          let from = light;
          const cover = index < 0 ? undefined : covers[index];
          if (cover !== undefined) applyCover((from = colour), light, cover, t, x, y);
          r += Math.min(1, from[0] ?? 0);
          g += Math.min(1, from[1] ?? 0);
          b += Math.min(1, from[2] ?? 0);
        }
      pixels[pixel++] = share * r;
      pixels[pixel++] = share * g;
      pixels[pixel++] = share * b;
    }
}

/** No index of a shape, nor that of the sky, −1. */
const NONE = -2;

const BLACK: Colour = [0, 0, 0];

function tint(light: Float64Array, colour: Colour): void {
  for (let k = 0; k < 3; k++) light[k] = (light[k] ?? 0) * (colour[k] ?? 0);
}

/** Writes the colour of the sky; `sky` holds the colours of nadir, horizon and zenith. */
function paintSky(out: Float64Array, sky: Float64Array, sine: number): void {
  const end = sine > 0 ? 6 : 0;
  const part = Math.abs(sine);
  for (let k = 0; k < 3; k++) {
    const horizon = sky[3 + k] ?? 0;
    out[k] = horizon + part * ((sky[end + k] ?? 0) - horizon);
  }
}

/** A texture on a plane, seen from the camera. */
interface Cover {
  readonly texture: Texture;
  /** u = u[0] + t (u[1] x + u[2] y − u[3]) at the distance t and the image position (x, y). */
  readonly u: readonly [number, number, number, number];
  readonly v: readonly [number, number, number, number];
  /** The normal in the camera's axes. */
  readonly normal: Vector3;
  /** How much of u a sample spans at distance 1, seen from the front. */
  readonly span: number;
}

function coverOf(
  { cover }: Surface,
  shape: Shape | undefined,
  camera: Camera,
  focal: number,
): Cover | undefined {
  if (cover === undefined || shape?.kind !== "plane") return undefined;
  const { texture, repeat } = cover;
  const view = transpose(camera.axes);
  const column = (k: number): Vector3 =>
    transform(view, [shape.axes[k] ?? 0, shape.axes[k + 3] ?? 0, shape.axes[k + 6] ?? 0]);
  const [px, py, pz] = shape.position;
  const [ex, ey, ez] = camera.position;
  const eye = transform(transpose(shape.axes), [ex - px, ey - py, ez - pz]); // in the plane's axes
  const along = (k: 0 | 1, times: number): [number, number, number, number] => {
    const [x, y, z] = column(k);
    return [0.5 + times * eye[k], times * x, times * y, times * z];
  };
  const [u, v] = [along(0, repeat[0]), along(1, -repeat[1])]; // rows of a texture go downwards
  return { texture, u, v, normal: column(2), span: repeat[0] / focal };
}

function applyCover(
  out: Float64Array,
  light: Float64Array,
  { texture, u, v, normal, span }: Cover,
  t: number,
  x: number,
  y: number,
): void {
  const facing = Math.abs(normal[0] * x + normal[1] * y - normal[2]) / Math.sqrt(1 + x * x + y * y);
  const footprint = (span * t) / Math.sqrt(Math.max(1e-6, facing)); // between the axes of the seen ellipse
  const atU = u[0] + t * (u[1] * x + u[2] * y - u[3]);
  const atV = v[0] + t * (v[1] * x + v[2] * y - v[3]);
  applyTexture(out, light, texture, atU, atV, footprint);
}
