import { expect, test, describe } from "vitest";
import { canvas } from "../../lib/raster/canvas";
import { multiply, transform, turn, type Matrix3, type Vector3 } from "../../lib/raster/matrix3";
import { castShape } from "../../lib/raster/scene/cast";
import { clearFrame, focalLength, frame, transpose, type Camera } from "../../lib/raster/scene/frame";
import type { Light } from "../../lib/raster/scene/lights";
import { shade, type Scene } from "../../lib/raster/scene/shade";
import { texture } from "../../lib/raster/scene/texture";
import type { Shape } from "../../lib/raster/scene/shape";

/** At (1, −4, 2), turned about all axes. */
const CAMERA: Camera = {
  position: [1, -4, 2],
  axes: multiply(turn("z", 0.2), multiply(turn("x", 1.2), turn("y", 0.1))),
  fovy: 50,
};
const TILTED: Matrix3 = multiply(turn("x", 0.7), multiply(turn("y", -0.5), turn("z", 1.1)));

type Solid = Exclude<Shape["kind"], "plane">;

/** Whether a point, in the shape's own axes, is inside: an independent description of each solid. */
const INSIDE: Record<Solid, (p: Vector3, size: Vector3) => boolean> = {
  ellipsoid: ([x, y, z], [a, b, c]) => (x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2 <= 1,
  box: (p, size) => p.every((value, k) => Math.abs(value) <= (size[k] ?? 0)),
  cylinder: ([x, y, z], [r, , h]) => Math.hypot(x, y) <= r && Math.abs(z) <= h,
  capsule: ([x, y, z], [r, , h]) => Math.hypot(x, y, Math.max(0, Math.abs(z) - h)) <= r,
};

const solids: (Shape & { readonly kind: Solid })[] = [
  { kind: "ellipsoid", size: [0.5, 0.8, 0.3], position: [0.3, 0.2, 0.4], axes: TILTED },
  { kind: "box", size: [0.5, 0.8, 0.3], position: [0.3, 0.2, 0.4], axes: TILTED },
  { kind: "cylinder", size: [0.4, 0.4, 0.7], position: [0.3, 0.2, 0.4], axes: TILTED },
  { kind: "capsule", size: [0.3, 0.3, 0.6], position: [0.3, 0.2, 0.4], axes: TILTED },
];

const SIDE = 40;

describe.each(solids)("$kind", (shape) => {
  const seen = frame(SIDE, SIDE);
  clearFrame(seen);
  castShape(seen, CAMERA, shape, 7);
  const focal = focalLength(SIDE, CAMERA);
  const back = transpose(shape.axes);
  const isInside = (at: Vector3): boolean => {
    const [x, y, z] = shape.position;
    return INSIDE[shape.kind](transform(back, [at[0] - x, at[1] - y, at[2] - z]), shape.size);
  };
  const pointOf = (i: number, t: number): Vector3 => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    const along: Vector3 = [(column + 0.5 - SIDE / 2) / focal, (SIDE / 2 - row - 0.5) / focal, -1];
    const [x, y, z] = transform(CAMERA.axes, along);
    const [ex, ey, ez] = CAMERA.position;
    return [ex + t * x, ey + t * y, ez + t * z];
  };

  test("is seen where a march along the ray enters it, and nowhere else", () => {
    const step = 1 / 256; // a solid is missed only where its chord is shorter
    let found = 0;
    for (let i = 0; i < SIDE * SIDE; i++) {
      let t = 0;
      while (t < 8 && !isInside(pointOf(i, t))) t += step;
      const ours = seen.depth[i] ?? NaN;
      if (t >= 8) {
        // Grazed: the chord is shorter than a step of the march
        if (ours < Infinity) expect(isInside(pointOf(i, ours + 2 * step)), `sample ${i}`).toBe(false);
        continue;
      }
      found++;
      expect(t - ours, `sample ${i}`).toBeLessThanOrEqual(step + 1e-9);
      expect(t - ours, `sample ${i}`).toBeGreaterThanOrEqual(-1e-9);
      expect(seen.shape[i]).toBe(7);
    }
    expect(found).toBeGreaterThan(60);
  });

  test("has normals that point out of it", () => {
    let checked = 0;
    seen.depth.forEach((t, i) => {
      if (t === Infinity) return;
      const normal = [0, 1, 2].map((k) => seen.normal[3 * i + k] ?? NaN) as [number, number, number];
      expect(Math.hypot(...normal)).toBeCloseTo(1, 5);
      const [nx, ny, nz] = transform(CAMERA.axes, normal);
      const [x, y, z] = pointOf(i, t);
      // Across the normal the surface is flat to first order: a step of e leaves it by e² / (2 r)
      const e = 1e-3;
      const out = e ** 2 / 2 / 0.09; // the least radius of curvature is 0.3² / 0.8 = 0.11 m
      const [ux, uy, uz] = Math.abs(nx) < 0.9 ? [0, nz, -ny] : [nz, 0, -nx];
      const across = Math.hypot(ux, uy, uz);
      for (const side of [-1, 1]) {
        const at = (along: number): Vector3 => [
          x + (side * e * ux) / across + along * nx,
          y + (side * e * uy) / across + along * ny,
          z + (side * e * uz) / across + along * nz,
        ];
        const [above, below] = [isInside(at(2 * out + 1e-6)), isInside(at(-2 * out - 1e-6))];
        if (!above && below) checked++;
      }
    });
    const visible = seen.depth.filter((t) => t < Infinity).length;
    expect(checked / (2 * visible)).toBeGreaterThan(0.95); // all but those beside an edge
  });
});

test("the nearest of several shapes is seen, in whichever order they are cast", () => {
  const near: Shape = { kind: "box", size: [0.2, 0.2, 0.2], position: [0.5, -1.5, 1], axes: TILTED };
  const images = [
    [0, 1],
    [1, 0],
  ].map((order) => {
    const seen = frame(SIDE, SIDE);
    clearFrame(seen);
    for (const index of order) castShape(seen, CAMERA, index === 0 ? near : (solids[0] as Shape), index);
    return Array.from(seen.shape);
  });
  expect(images[0]).toEqual(images[1]);
  expect(new Set(images[0])).toEqual(new Set([-1, 0, 1]));
});

/** Straight down from 2 m above the origin, x to the right, y up. */
const ABOVE: Camera = { position: [0, 0, 2], axes: [1, 0, 0, 0, 1, 0, 0, 0, 1], fovy: 90 };
const FLAT: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

test("a capsule and a cylinder seen along their axis are round, with their middle", () => {
  for (const kind of ["capsule", "cylinder"] as const) {
    const seen = frame(11, 11); // an odd number: one ray goes exactly along the axis
    clearFrame(seen);
    castShape(seen, ABOVE, { kind, size: [0.5, 0.5, 0.5], position: [0, 0, 0], axes: FLAT }, 0);
    const top = kind === "capsule" ? 1 : 0.5;
    expect(seen.depth[60]).toBeCloseTo(2 - top, 12);
    expect(seen.shape[0]).toBe(-1);
  }
});

test("what is behind the camera, or around it, is not seen", () => {
  for (const position of [
    [0, 0, 5],
    [0, 0, 2],
  ] as const)
    for (const shape of [...solids, { ...(solids[0] as Shape), kind: "plane" as const }]) {
      const seen = frame(8, 8);
      clearFrame(seen);
      castShape(seen, ABOVE, { ...shape, position, axes: FLAT }, 0);
      expect(Math.max(...seen.shape), `${shape.kind} at ${position.join()}`).toBe(-1);
    }
});

const SUN: Light = {
  direction: [0, 0, -1],
  ambient: [0.1, 0.1, 0.1],
  diffuse: [0.5, 0.6, 0.7],
  cosCutoff: -1,
  exponent: 0,
};
const SKY: Scene["sky"] = [
  [0, 0, 0],
  [0.2, 0.3, 0.4],
  [1, 1, 1],
];

function paint(
  scene: Omit<Scene, "camera" | "sky">,
  size = 4,
  samples = 2,
  camera = ABOVE,
  sky = SKY,
): Float32Array {
  const seen = frame(size * samples, size * samples);
  clearFrame(seen);
  scene.shapes.forEach((shape, i) => castShape(seen, camera, shape, i));
  const on = canvas(size, size);
  shade(on, seen, { ...scene, camera, sky }, samples);
  return on.pixels;
}

describe("light", () => {
  const ground = (angle: number): Shape => ({
    kind: "plane",
    size: [0, 0, 0],
    position: [0, 0, 0],
    axes: turn("x", angle),
  });

  test("falls by Lambert's cosine law", () => {
    for (const angle of [0, 0.4]) {
      const pixels = paint({
        shapes: [ground(angle)],
        surfaces: [{ colour: [1, 0.5, 0.2] }],
        lights: [SUN],
      });
      const cosine = Math.cos(angle);
      const colour = [0.1 + 0.5 * cosine, 0.5 * (0.1 + 0.6 * cosine), 0.2 * (0.1 + 0.7 * cosine)];
      expect(pixels.subarray(0, 3)).toBeNear(colour, { abs: 1e-6 });
      expect(pixels.subarray(45, 48)).toBeNear(colour, { abs: 1e-6 });
    }
  });

  test("of a spot has a cone, and falls off as a power of the cosine to its middle", () => {
    const spot: Light = {
      position: [0, 0, 1],
      direction: [0, 0, -1],
      ambient: [0, 0, 0],
      diffuse: [1, 1, 1],
      cosCutoff: Math.cos(Math.PI / 4),
      exponent: 10,
    };
    const pixels = paint({ shapes: [ground(0)], surfaces: [{ colour: [1, 1, 1] }], lights: [spot] }, 8, 1);
    // Pixel (4, 4) shows (0.25, −0.25): 2 m × 0.5 / 4
    const cosine = 1 / Math.sqrt(1 + 2 * 0.25 ** 2);
    expect(pixels[3 * 36]).toBeCloseTo(cosine ** 11, 5); // Lambert's cosine is the same here
    expect(pixels[0]).toBe(0); // at (1.75, 1.75): beyond the cone
  });

  test("of the sky is linear in the sine of the elevation", () => {
    const up: Camera = { position: [0, 0, 0], axes: turn("x", Math.PI / 2 + 0.5), fovy: 1 };
    const pixels = paint({ shapes: [], surfaces: [], lights: [] }, 1, 1, up);
    const part = Math.sin(0.5);
    expect(pixels).toBeNear(
      [0.2, 0.3, 0.4].map((v) => v + part * (1 - v)),
      { abs: 1e-6 },
    );
  });

  test("of several samples is averaged: the share of a pixel that a box covers", () => {
    // A box from x = −5 to 0.5 at z = 0, 2 m below: half of pixel 2 of 4 (0 … 1 m)
    const box: Shape = { kind: "box", size: [2.75, 9, 1e-9], position: [-2.25, 0, 0], axes: FLAT };
    const scene = { shapes: [box], surfaces: [{ colour: [1, 1, 1] as const }], lights: [SUN] };
    const black: Scene["sky"] = [SKY[0], SKY[0], SKY[0]];
    const pixels = paint(scene, 4, 4, ABOVE, black);
    expect([1, 2, 3].map((x) => pixels[3 * (4 + x) + 2] ?? NaN)).toBeNear([0.8, 0.4, 0], { abs: 1e-6 });
  });
});

describe("textures", () => {
  /** 2 × 2: red, green / blue, white. */
  const four = texture(2, 2, Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255));
  const white: Light = { ...SUN, ambient: [1, 1, 1], diffuse: [0, 0, 0] };
  const plane = (size: number): Shape => ({
    kind: "plane",
    size: [size, size, 0],
    position: [0, 0, 0],
    axes: FLAT,
  });

  test("have their middle at the centre of a plane, and their first row at the top", () => {
    const surfaces = [
      { colour: [1, 1, 1] as const, cover: { texture: four, repeat: [0.25, 0.25] as const } },
    ];
    const pixels = paint({ shapes: [plane(2)], surfaces, lights: [white] }, 4, 1); // 4 m × 4 m
    const at = (row: number, column: number): number[] =>
      Array.from(pixels.subarray(3 * (4 * row + column), 3 * (4 * row + column) + 3));
    expect([at(0, 0), at(0, 3), at(3, 0), at(3, 3)]).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 1, 1],
    ]);
    expect(at(1, 1)).toEqual([1, 0, 0]);
  });

  test("far away show their mean", () => {
    const surfaces = [{ colour: [1, 1, 0.5] as const, cover: { texture: four, repeat: [50, 50] as const } }];
    const pixels = paint({ shapes: [plane(2)], surfaces, lights: [white] }, 4, 1);
    expect(pixels.subarray(0, 3)).toBeNear([0.5, 0.5, 0.25], { abs: 1e-6 });
  });
});
