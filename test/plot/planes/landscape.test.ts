import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { type FigureSpec, type Grid, landscape, type LandscapeOptions } from "latent/plot";

const options: LandscapeOptions = {
  x: { title: "a", unit: null },
  y: { title: "b", unit: null },
  level: { title: "height", unit: "m" },
};
/** A slope: 0, 1, 2 to the right, and 10 more per row upwards. */
const slope: Grid = { x: [0, 1, 2], y: [5, 7], values: [0, 1, 2, 10, 11, 12] };

interface Drawn {
  width: number;
  height: number;
  title?: { text: string; subtitle?: string };
  layer: {
    mark: { type: string };
    data: { values: { url: string; x: number; y: number; line: string; level: number }[] };
    encoding: Record<"x" | "y" | "color", { scale: { domain: number[]; range: string[] } }>;
  }[];
}
function drawn(spec: FigureSpec) {
  return spec as unknown as Drawn;
}
function layerOf(spec: Drawn, at: number) {
  const layer = spec.layer[at];
  if (layer === undefined) throw new Error(`no layer ${at}`);
  return layer;
}

/** Returns the colours of the height map from the upper left, as #rrggbb. */
async function colours(spec: Drawn): Promise<string[][]> {
  const image = await loadImage(layerOf(spec, 0).data.values[0]?.url ?? "");
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const hex = (i: number) => (data[i] ?? 0).toString(16).padStart(2, "0");
  return Array.from({ length: image.height }, (_, row) =>
    Array.from({ length: image.width }, (_, column) => {
      const i = 4 * (row * image.width + column);
      return `#${hex(i)}${hex(i + 1)}${hex(i + 2)}`;
    }),
  );
}

test("the largest value has the darkest colour, and the row with the largest y is on top", async () => {
  const spec = drawn(landscape(slope, { ...options, floor: 0 }));
  const { range, domain } = layerOf(spec, 1).encoding.color.scale;
  expect(domain).toEqual([0, 12]);
  const picture = await colours(spec);
  expect(picture.map((row) => row.length)).toEqual([3, 3]);
  expect(picture[0]?.[2]).toBe(range.at(-1));
  expect(picture[1]?.[0]).toBe(range[0]);
  expect(picture[1]?.[2]).toBe(range[1]); // 2 of 12 has the second of seven colours
  expect(picture[0]?.[0]).toBe(range[5]);
});

test("each grid point is the centre of a pixel: the axes extend half a step beyond the grid", () => {
  const { x, y } = layerOf(drawn(landscape(slope, options)), 1).encoding;
  expect([x.scale.domain, y.scale.domain]).toEqual([
    [-0.5, 2.5],
    [4, 8],
  ]);
});

test("values below the floor have the floor's colour", async () => {
  const spec = drawn(landscape(slope, { ...options, floor: 5 }));
  const { range, domain } = layerOf(spec, 1).encoding.color.scale;
  expect(domain).toEqual([5, 12]);
  expect((await colours(spec))[1]).toEqual([range[0], range[0], range[0]]);
});

test("contour lines are evenly spaced between the floor and the maximum", () => {
  const spec = drawn(landscape(slope, { ...options, floor: 0, lines: 3 }));
  const heights = [2, 6, 10];
  const { values } = layerOf(spec, 2).data;
  expect(new Set(values.map(({ line }) => line))).toEqual(new Set(["0/0", "1/0", "2/0"]));
  for (const { x, y, line } of values) {
    const heightOfSlope = x + 5 * (y - 5);
    expect(heightOfSlope).toBeCloseTo(heights[Number(line.split("/")[0])] ?? NaN, 5);
  }
});

test("values that differ in the eighth digit have separate lines and colours", () => {
  const places = [0, 1, 2, 3];
  const values = places.flatMap((j) => places.map((i) => -123456 + 0.02 * (i + 4 * j)));
  const spec = drawn(landscape({ x: places, y: places, values }, { ...options, floor: -123456, lines: 10 }));
  const lines = layerOf(spec, 2).data.values.map(({ line }) => line);
  expect(new Set(lines.map((line) => line.split("/")[0])).size).toBe(10);
  // across the slope every level is one line, from side to side
  expect(new Set(lines).size).toBe(10);
  const range = [-123456, -123456 + 0.02 * 15];
  expect(layerOf(spec, 1).encoding.color.scale.domain).toEqual(range);
  expect(layerOf(spec, 1).data.values.map(({ level }) => level)).toEqual(range);
});

test("a path has a ring at its start and a disc at its end, and the subtitle says so", () => {
  const path = [
    { x: 0, y: 5 },
    { x: 1, y: 6 },
    { x: 2, y: 7 },
  ];
  const spec = drawn(landscape(slope, { ...options, title: "Up", subtitle: "three steps", paths: [path] }));
  const [start, end] = [spec.layer.at(-2), spec.layer.at(-1)];
  expect(start?.data.values).toEqual([{ path: "1", x: 0, y: 5 }]);
  expect(end?.data.values).toEqual([{ path: "1", x: 2, y: 7 }]);
  expect(spec.title?.subtitle).toBe("three steps; ring: start, disc: end");
});

test.each<[Grid, Partial<LandscapeOptions>, string]>([
  [{ ...slope, x: [0] }, {}, "landscape: grid must be at least 2 × 2, got 1 × 2; 80 × 80 is a good size"],
  [
    { ...slope, values: [1, 2] },
    {},
    "landscape: grid.values must contain 3 · 2 = 6 numbers, got 2; pass one per grid point, row by row",
  ],
  [
    { ...slope, x: [0, 1, 3] },
    {},
    "landscape: grid.x must increase in equal steps, got 1 at index 1; use first + i · step for i = 0, 1, …",
  ],
  [
    { ...slope, y: [7, 5] },
    {},
    "landscape: grid.y must increase in equal steps, got 7 at index 0; use first + i · step for i = 0, 1, …",
  ],
  [
    { ...slope, values: [0, 1, 2, 3, NaN, 5] },
    {},
    "landscape: grid.values[4] must be finite, got NaN; " +
      "drop such values, or find where the computation diverged",
  ],
  [
    { ...slope, values: [1, 1, 1, 1, 1, 1] },
    {},
    "landscape: grid.values must not be all equal, got only 1; use a wider grid",
  ],
  [slope, { floor: 12 }, "landscape: options.floor must be less than the maximum, 12, got 12; leave it out"],
  [
    slope,
    { lines: 1.5 },
    "landscape: options.lines must be a non-negative integer, got 1.5; 10 is a good number",
  ],
  [
    slope,
    { paths: [[]] },
    "landscape: options.paths[0] must not be empty, got []; draw the figure once there are results",
  ],
  [
    slope,
    { paths: [[{ x: Infinity, y: 0 }]] },
    "landscape: options.paths[0][0].x must be finite, got Infinity; " +
      "drop such rows, or find where the computation diverged",
  ],
])("throws for invalid arguments %#", (grid, change, message) => {
  expect(() => landscape(grid, { ...options, ...change })).toThrow(message);
});
