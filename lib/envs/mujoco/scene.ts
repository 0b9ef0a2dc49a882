import type { Canvas } from "../../raster/canvas";
import type { Vector3 } from "../../raster/matrix3";
import { castShape } from "../../raster/scene/cast";
import { clearFrame, frame, type Camera, type Frame } from "../../raster/scene/frame";
import { shade, type Scene, type Surface } from "../../raster/scene/shade";
import type { Texture } from "../../raster/scene/texture";
import { lightsOf, matrixAt, readTextures, surfaceOf, vectorAt } from "./looks";
import type { Physics } from "./physics";
import type { Shape } from "../../raster/scene/shape";

/** How a simulation is painted. */
export interface View {
  readonly height: number;
  readonly width: number;
  /** The name or the index of a camera of the model. */
  readonly camera: string | number;
  /** Each pixel averages this number squared of samples. */
  readonly samples: number;
}

/** What is where, by index of its shape. */
export interface Pieces {
  readonly shapes: readonly Shape[];
  readonly surfaces: readonly Surface[];
}

/** Paints the current state of a simulation. */
export type Painter = (on: Canvas, physics: Physics) => void;

/** By mjtGeom: no height fields, meshes or signed distance fields. */
const KINDS: readonly (Shape["kind"] | "sphere" | undefined)[] = [
  "plane",
  undefined,
  "sphere",
  "capsule",
  "ellipsoid",
  "cylinder",
  "box",
];
/** Groups 0 … 2 are seen, as in MuJoCo's own default. */
const SEEN = 3;
/** Dark below, and grey-blue above, like the sky of the Control Suite. */
const SKY: Scene["sky"] = [
  [0, 0, 0],
  [0.2, 0.3, 0.4],
  [0.4, 0.6, 0.8],
];

/**
 * Returns a painter of the states of one model, whichever simulation they are in.
 *
 * @throws if the model has no such camera, or a geom that cannot be painted.
 */
export function scenePainter(caller: string, physics: Physics, view: View): Painter {
  const { height, width, samples } = view;
  const look = lookFrom(caller, physics, view.camera);
  const textures = readTextures(physics.model);
  checkGeoms(caller, physics);
  const seen = frame(width * samples, height * samples);
  return (on, current) => {
    const camera = look(current);
    const { shapes, surfaces } = piecesOf(current, textures);
    castAll(seen, camera, shapes);
    shade(on, seen, { camera, shapes, surfaces, lights: lightsOf(current, camera), sky: SKY }, samples);
  };
}

/** Makes visible what the camera sees. */
export function castAll(seen: Frame, camera: Camera, shapes: readonly Shape[]): void {
  clearFrame(seen);
  shapes.forEach((shape, index) => castShape(seen, camera, shape, index));
}

function checkGeoms(caller: string, physics: Physics): void {
  const { geom_type: types } = physics.model;
  types.forEach((type, geom) => {
    if (KINDS[type] !== undefined || (physics.model.geom_group[geom] ?? 0) >= SEEN) return;
    const kind = ["", "height field", "", "", "", "", "", "mesh"][type] ?? "signed distance field";
    const name = physics.nameOf("geom", geom);
    throw new Error(
      `${caller}: geom ${geom} ("${name}") is a ${kind}, which is not painted; ` +
        "paint planes, spheres, capsules, ellipsoids, cylinders and boxes, or put it into group 3",
    );
  });
}

/**
 * Returns where a camera of the model stands.
 *
 * @throws if there is none of this name or index.
 */
export function lookFrom(caller: string, physics: Physics, wanted: string | number): (p: Physics) => Camera {
  const { ncam, stat } = physics.model;
  if (ncam === 0 && wanted === 0) return () => outside(stat.center, stat.extent);
  const index = typeof wanted === "string" ? physics.id("camera", wanted) : wanted;
  if (!Number.isInteger(index) || index < 0 || index >= ncam)
    throw new Error(`${caller}: camera must be a name or an index below ${ncam}, got ${index}`);
  return ({ data, model }) => ({
    position: vectorAt(data.cam_xpos, index),
    axes: Array.from(data.cam_xmat.subarray(9 * index, 9 * index + 9)),
    fovy: model.cam_fovy[index] ?? 45,
  });
}

/** MuJoCo's free camera: 45 degrees above, at 1.5 times the extent of the model. */
function outside(centre: Float64Array, extent: number): Camera {
  const c = Math.SQRT1_2;
  const [x = 0, y = 0, z = 0] = centre;
  const far = 1.5 * extent * c;
  return { position: [x, y - far, z + far], axes: [1, 0, 0, 0, c, -c, 0, c, c], fovy: 45 };
}

/** Returns geoms, sites and tendons, in this order, without those that are not seen. */
export function piecesOf({ model, data }: Physics, textures: readonly (Texture | undefined)[]): Pieces {
  const shapes: Shape[] = [];
  const surfaces: Surface[] = [];
  const add = (shape: Shape, material: number, rgba: Float32Array, at: number): void => {
    const surface = surfaceOf(model, material, rgba.subarray(4 * at, 4 * at + 4), shape, textures);
    if (surface === undefined) return;
    shapes.push(shape);
    surfaces.push(surface);
  };
  const solids = (
    [types, groups, sizes]: readonly [Int32Array, Int32Array, Float64Array],
    [positions, axes]: readonly [Float64Array, Float64Array],
    [materialIds, rgba]: readonly [Int32Array, Float32Array],
  ): void => {
    types.forEach((type, i) => {
      if ((groups[i] ?? 0) >= SEEN) return;
      const [kind, size] = solidOf(KINDS[type] ?? "sphere", vectorAt(sizes, i));
      const shape = { kind, size, position: vectorAt(positions, i), axes: matrixAt(axes, i) };
      add(shape, materialIds[i] ?? -1, rgba, i);
    });
  };
  solids(
    [model.geom_type, model.geom_group, model.geom_size],
    [data.geom_xpos, data.geom_xmat],
    [model.geom_matid, model.geom_rgba],
  );
  solids(
    [model.site_type, model.site_group, model.site_size],
    [data.site_xpos, data.site_xmat],
    [model.site_matid, model.site_rgba],
  );
  for (let i = 0; i < model.ntendon; i++) {
    if ((model.tendon_group[i] ?? 0) >= SEEN) continue;
    const first = data.ten_wrapadr[i] ?? 0;
    for (let k = first; k + 1 < first + (data.ten_wrapnum[i] ?? 0); k++) {
      const [from, to] = [vectorAt(data.wrap_xpos, k), vectorAt(data.wrap_xpos, k + 1)];
      add(between(from, to, model.tendon_width[i] ?? 0), model.tendon_matid[i] ?? -1, model.tendon_rgba, i);
    }
  }
  return { shapes, surfaces };
}

/** MuJoCo gives capsules and cylinders as radius and half-length. */
function solidOf(kind: Shape["kind"] | "sphere", [a, b, c]: Vector3): [Shape["kind"], Vector3] {
  if (kind === "sphere") return ["ellipsoid", [a, a, a]];
  return [kind, kind === "capsule" || kind === "cylinder" ? [a, a, b] : [a, b, c]];
}

/** A cylinder from one point to another. */
function between(from: Vector3, to: Vector3, radius: number): Shape {
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.max(1e-12, Math.hypot(dx, dy, dz));
  const [x, y, z] = [dx / length, dy / length, dz / length];
  const [u, v, w] = Math.abs(z) < 0.9 ? [-y, x, 0] : [0, -z, y]; // across
  const across = Math.hypot(u, v, w);
  const [a, b, c] = [u / across, v / across, w / across];
  const axes = [a, y * c - z * b, x, b, z * a - x * c, y, c, x * b - y * a, z];
  const position: Vector3 = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2];
  return { kind: "cylinder", size: [radius, radius, length / 2], position, axes };
}
