import { expect, test } from "vitest";
import { multiply, stretch, turn } from "../../lib/raster/matrix3";
import { brightness, paint, smoothStep } from "../../lib/raster/picture";
import { castSolid, clear, emptySurfaces, type Solid, type Surfaces } from "../../lib/raster/solids";

const side = 200;
const view = { turn: turn("y", 0), pixels: 50, centre: [100, 100] as const };
const straight = stretch(1, 1, 1);

function seen(solids: readonly Solid[], from = view): Surfaces {
  const surfaces = emptySurfaces(side);
  clear(surfaces);
  for (const solid of solids) castSolid(surfaces, from, solid);
  return surfaces;
}

function area({ material }: Surfaces): number {
  return material.filter((value) => value >= 0).length / view.pixels ** 2;
}

/** Returns the index of the sample at a point of the view. */
function at(x: number, y: number): number {
  return (100 - y * 50) * side + 100 + x * 50;
}

/**
 * The relative tolerance for areas. Samples count as a whole, so the area within an outline of length L is
 * off by at most L / 50 · √2 / 2 units² if all errors have one sign. They have both, over a few hundred
 * samples on the outline.
 */
const TOLERANCE = 0.01;

test.each([
  { kind: "ball", turned: straight, expected: Math.PI },
  { kind: "box", turned: straight, expected: 4 },
  { kind: "box", turned: turn("y", Math.PI / 4), expected: 4 * Math.SQRT2 }, // seen edge on, 2√2 wide
  { kind: "cylinder", turned: turn("x", 0), expected: 4 },
  { kind: "cylinder", turned: turn("x", Math.PI / 6), expected: 2 * Math.sqrt(3) + Math.PI / 2 }, // wall, cap
] as const)("castSolid covers the projected area of a $kind: $expected", ({ kind, turned, expected }) => {
  const surfaces = seen([{ kind, centre: [0, 0, 0], axes: turned, material: 0 }]);
  expect(Math.abs(area(surfaces) / expected - 1)).toBeLessThan(TOLERANCE);
});

test("castSolid stores the depth and the unit normal of the surface", () => {
  const ellipsoid: Solid = { kind: "ball", centre: [0, 0, 0], axes: stretch(1.5, 1, 0.5), material: 0 };
  const { normal, depth } = seen([ellipsoid]);
  const sample = at(0.6, 0.4);
  const [x, y] = [0.6 + 0.01, 0.4 - 0.01]; // the centre of the sample
  const z = 0.5 * Math.sqrt(1 - (x / 1.5) ** 2 - y ** 2);
  expect(depth[sample]).toBeCloseTo(50 * z, 4);
  const gradient = [x / 1.5 ** 2, y, z / 0.25];
  const length = Math.hypot(...gradient);
  gradient.forEach((part, k) => expect(normal[3 * sample + k]).toBeCloseTo(part / length, 5));
});

test("castSolid keeps the nearer surface, in either order of the solids", () => {
  const front: Solid = { kind: "ball", centre: [0, 0, 2], axes: stretch(0.5, 0.5, 0.5), material: 1 };
  const back: Solid = { kind: "box", centre: [0, 0, 0], axes: straight, material: 2 };
  for (const solids of [
    [front, back],
    [back, front],
  ]) {
    const { material } = seen(solids);
    expect([material[at(0, 0)], material[at(0.8, 0.8)], material[at(1.5, 0)]]).toEqual([1, 2, -1]);
  }
});

test("castSolid sees the same in a rotated view as of a rotated solid", () => {
  const [spin, axes] = [multiply(turn("x", 0.4), turn("y", 0.7)), stretch(0.9, 0.3, 0.6)];
  const a = seen([{ kind: "box", centre: [0, 0, 0], axes, material: 0 }], { ...view, turn: spin });
  const b = seen([{ kind: "box", centre: [0, 0, 0], axes: multiply(spin, axes), material: 0 }]);
  expect([...a.material]).toEqual([...b.material]);
});

test("paint averages the samples of each pixel, and brightness follows the cosine law", () => {
  const surfaces = seen([{ kind: "box", centre: [0, 0, 0], axes: straight, material: 0 }]);
  const pixels = new Float32Array(20 * 20 * 3);
  paint(pixels, 20, surfaces, (out, sample) => out.fill((surfaces.material[sample] ?? -1) < 0 ? 0 : 0.5));
  expect(pixels.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(100 * 0.5, 3); // 10 × 10 pixels
  const light = [0, Math.SQRT1_2, Math.SQRT1_2] as const;
  expect(brightness(surfaces, at(0, 0), light, [0.4, 0.6])).toBeCloseTo(0.4 + 0.6 * Math.SQRT1_2, 6);
  expect([smoothStep(1, 3, 0), smoothStep(1, 3, 2), smoothStep(1, 3, 4)]).toEqual([0, 0.5, 1]);
});
