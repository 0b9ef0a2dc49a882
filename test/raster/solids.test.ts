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

const area = ({ material }: Surfaces): number =>
  material.filter((value) => value >= 0).length / view.pixels ** 2;
const at = (x: number, y: number): number => (100 - y * 50) * side + 100 + x * 50;

// A sample counts whole: the area of an outline of length L is off by L / 50 · √2 / 2 units² at most, were all errors of one sign;
// they are of both, and 1 % of the area holds for these outlines of about 6 units (thousands of samples, a few hundred on the edge).
const near = (value: number): { least: number; most: number } => ({
  least: 0.99 * value,
  most: 1.01 * value,
});

test.each([
  { kind: "ball", turned: straight, expected: Math.PI },
  { kind: "box", turned: straight, expected: 4 },
  { kind: "box", turned: turn("y", Math.PI / 4), expected: 4 * Math.SQRT2 }, // seen edge on: 2√2 wide
  { kind: "cylinder", turned: turn("x", 0), expected: 4 },
  { kind: "cylinder", turned: turn("x", Math.PI / 6), expected: 4 * Math.cos(Math.PI / 6) + Math.PI * 0.5 }, // wall and tilted cap
] as const)("a $kind has the outline of its shadow: $expected", ({ kind, turned, expected }) => {
  const surfaces = seen([{ kind, centre: [0, 0, 0], axes: turned, material: 0 }]);
  const { least, most } = near(expected);
  expect(area(surfaces)).toBeGreaterThan(least);
  expect(area(surfaces)).toBeLessThan(most);
});

test("normals are those of the surface and of length 1", () => {
  const ellipsoid: Solid = { kind: "ball", centre: [0, 0, 0], axes: stretch(1.5, 1, 0.5), material: 0 };
  const { normal, depth } = seen([ellipsoid]);
  const sample = at(0.6, 0.4);
  const [x, y] = [0.6 + 0.01, 0.4 - 0.01]; // the sample's middle
  const z = 0.5 * Math.sqrt(1 - (x / 1.5) ** 2 - y ** 2);
  expect(depth[sample]).toBeCloseTo(50 * z, 4);
  const gradient = [x / 1.5 ** 2, y, z / 0.25];
  const length = Math.hypot(...gradient);
  gradient.forEach((part, k) => expect(normal[3 * sample + k]).toBeCloseTo(part / length, 5));
});

test("what is nearer hides what is behind, in whichever order they are cast", () => {
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

test("a turned view of a solid is the view of the turned solid", () => {
  const [spin, axes] = [multiply(turn("x", 0.4), turn("y", 0.7)), stretch(0.9, 0.3, 0.6)];
  const a = seen([{ kind: "box", centre: [0, 0, 0], axes, material: 0 }], { ...view, turn: spin });
  const b = seen([{ kind: "box", centre: [0, 0, 0], axes: multiply(spin, axes), material: 0 }]);
  expect([...a.material]).toEqual([...b.material]);
});

test("pixels are the means of their samples, and light falls by the cosine", () => {
  const surfaces = seen([{ kind: "box", centre: [0, 0, 0], axes: straight, material: 0 }]);
  const pixels = new Float32Array(20 * 20 * 3);
  paint(pixels, 20, surfaces, (out, sample) => out.fill((surfaces.material[sample] ?? -1) < 0 ? 0 : 0.5));
  expect(pixels.reduce((sum, value) => sum + value, 0) / 3).toBeCloseTo(100 * 0.5, 3); // 10 × 10 pixels
  const light = [0, Math.SQRT1_2, Math.SQRT1_2] as const;
  expect(brightness(surfaces, at(0, 0), light, [0.4, 0.6])).toBeCloseTo(0.4 + 0.6 * Math.SQRT1_2, 6);
  expect([smoothStep(1, 3, 0), smoothStep(1, 3, 2), smoothStep(1, 3, 4)]).toEqual([0, 0.5, 1]);
});
