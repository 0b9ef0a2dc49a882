import type { Matrix3, Vector3 } from "../../raster/matrix3";
import type { Camera } from "../../raster/scene/frame";
import type { Light } from "../../raster/scene/lights";
import type { Surface } from "../../raster/scene/shade";
import { texture, type Texture } from "../../raster/scene/texture";
import type { MjModel } from "./module";
import type { Physics } from "./physics";
import type { Shape } from "../../raster/scene/shape";

/** mjTEXTURE_2D */
const FLAT = 0;
/** The roles of a material's textures: mjTEXROLE_RGB, of mjNTEXROLE. */
const [COLOURS, ROLES] = [1, 10];
/** mjLIGHT_DIRECTIONAL and mjLIGHT_SPOT */
const [SPOT, DIRECTIONAL] = [0, 1];

/** Returns row i of an array [N, 3]. */
export function vectorAt(values: ArrayLike<number>, i: number): Vector3 {
  return [values[3 * i] ?? 0, values[3 * i + 1] ?? 0, values[3 * i + 2] ?? 0];
}

/** Returns row i of an array [N, 3, 3]. */
export function matrixAt(values: Float64Array, i: number): Matrix3 {
  return Array.from(values.subarray(9 * i, 9 * i + 9));
}

/** Returns the flat textures of a model, undefined for others. */
export function readTextures(model: MjModel): (Texture | undefined)[] {
  const { tex_type: types, tex_width: widths, tex_height: heights, tex_adr: starts } = model;
  return Array.from({ length: model.ntex }, (_, i) => {
    if (types[i] !== FLAT || model.tex_nchannel[i] !== 3) return undefined;
    const [width, height, from] = [widths[i] ?? 0, heights[i] ?? 0, starts[i] ?? 0];
    return texture(width, height, model.tex_data.slice(from, from + width * height * 3));
  });
}

/** MuJoCo's default colour: another one overrides that of a material. */
const DEFAULT = [0.5, 0.5, 0.5, 1];

/**
 * Returns how a shape looks, undefined if it is invisible; only planes show the texture of a material.
 *
 * @param material its index, −1 for none.
 * @param own the shape's own red, green, blue and opacity.
 */
export function surfaceOf(
  model: MjModel,
  material: number,
  own: ArrayLike<number>,
  { kind, size }: Shape,
  textures: readonly (Texture | undefined)[],
): Surface | undefined {
  const { mat_rgba: all, mat_texid: ids, mat_texrepeat: repeats, mat_texuniform: uniform } = model;
  const isOwn = material < 0 || DEFAULT.some((value, k) => value !== own[k]);
  const rgba = isOwn ? own : all.subarray(4 * material, 4 * material + 4);
  if (rgba[3] === 0) return undefined;
  const colour = [rgba[0] ?? 0, rgba[1] ?? 0, rgba[2] ?? 0] as const;
  const found = textures[ids[ROLES * material + COLOURS] ?? -1];
  if (found === undefined || kind !== "plane") return { colour };
  // MuJoCo repeats a texture per two units of length, or over the plane
  const perLength = (k: 0 | 1): number =>
    (repeats[2 * material + k] ?? 1) / (uniform[material] === 1 || size[k] === 0 ? 2 : 2 * size[k]);
  return { colour, cover: { texture: found, repeat: [perLength(0), perLength(1)] } };
}

/** Returns the lights of a model, and the one at the camera. */
export function lightsOf({ model, data }: Physics, { position, axes }: Camera): Light[] {
  const { headlight } = model.vis;
  const lights: Light[] = [];
  if (headlight.active !== 0)
    lights.push({
      position,
      direction: [-(axes[2] ?? 0), -(axes[5] ?? 0), -(axes[8] ?? 0)],
      ambient: vectorAt(headlight.ambient, 0),
      diffuse: vectorAt(headlight.diffuse, 0),
      cosCutoff: -1,
      exponent: 0,
    });
  for (let i = 0; i < model.nlight; i++) {
    if (model.light_active[i] !== 1) continue;
    const type = model.light_type[i];
    lights.push({
      ...(type === DIRECTIONAL ? {} : { position: vectorAt(data.light_xpos, i) }),
      direction: vectorAt(data.light_xdir, i),
      ambient: vectorAt(model.light_ambient, i),
      diffuse: vectorAt(model.light_diffuse, i),
      cosCutoff: type === SPOT ? Math.cos(((model.light_cutoff[i] ?? 0) * Math.PI) / 180) : -1,
      exponent: model.light_exponent[i] ?? 0,
    });
  }
  return lights;
}
