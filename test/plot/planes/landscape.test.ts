import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { type FigureSpec, type Grid, landscape, type LandscapeOptions } from "latent/plot";

const options: LandscapeOptions = {
  x: { title: "a", unit: null },
  y: { title: "b", unit: null },
  level: { title: "height", unit: "m" },
};
/** A slope: 0, 1, 2 to the right and 10 more a row upwards. */
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
const drawn = (spec: FigureSpec) => spec as unknown as Drawn;
const layerOf = (spec: Drawn, at: number) => {
  const layer = spec.layer[at];
  if (layer === undefined) throw new Error(`no layer ${at}`);
  return layer;
};

/** The colours of a figure's ground from its upper left, as #rrggbb. */
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

test("the highest value has the darkest colour, and the upper row comes first", async () => {
  const spec = drawn(landscape(slope, { ...options, floor: 0 }));
  const { range, domain } = layerOf(spec, 1).encoding.color.scale;
  expect(domain).toEqual([0, 12]);
  const picture = await colours(spec);
  expect(picture.map((row) => row.length)).toEqual([3, 3]);
  expect(picture[0]?.[2]).toBe(range.at(-1));
  expect(picture[1]?.[0]).toBe(range[0]);
  expect(picture[1]?.[2]).toBe(range[1]); // 2 of 12 is the second of seven colours
  expect(picture[0]?.[0]).toBe(range[5]);
});

test("each value is the middle of its pixel: axes reach half a step farther than the lattice", () => {
  const { x, y } = layerOf(drawn(landscape(slope, options)), 1).encoding;
  expect([x.scale.domain, y.scale.domain]).toEqual([
    [-0.5, 2.5],
    [4, 8],
  ]);
});

test("what lies under the floor has the floor's colour", async () => {
  const spec = drawn(landscape(slope, { ...options, floor: 5 }));
  const { range, domain } = layerOf(spec, 1).encoding.color.scale;
  expect(domain).toEqual([5, 12]);
  expect((await colours(spec))[1]).toEqual([range[0], range[0], range[0]]);
});

test("lines of equal height lie between the floor and the top, evenly spaced", () => {
  const spec = drawn(landscape(slope, { ...options, floor: 0, lines: 3 }));
  const heights = [2, 6, 10];
  const { values } = layerOf(spec, 2).data;
  expect(new Set(values.map(({ line }) => line))).toEqual(new Set(["0/0", "1/0", "2/0"]));
  for (const { x, y, line } of values)
    expect(x + 5 * (y - 5)).toBeCloseTo(heights[Number(line.split("/")[0])] ?? NaN, 5); // the slope's own height there
});

test("heights that differ in their eighth digit have lines and colours of their own", () => {
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

test("a path has a ring at its start and a disc at its end, and the figure says so", () => {
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
  [{ ...slope, x: [0] }, {}, "landscape: grid must be at least 2 by 2, got 1 by 2; take some 80 each way"],
  [
    { ...slope, values: [1, 2] },
    {},
    "landscape: grid.values must be of 3 · 2 = 6 numbers, got 2; give one for each point of the lattice, row after row",
  ],
  [
    { ...slope, x: [0, 1, 3] },
    {},
    "landscape: grid.x must be evenly spaced and rising, got 1 at 1; first + i · step for i = 0, 1, …",
  ],
  [
    { ...slope, y: [7, 5] },
    {},
    "landscape: grid.y must be evenly spaced and rising, got 7 at 0; first + i · step for i = 0, 1, …",
  ],
  [
    { ...slope, values: [0, 1, 2, 3, NaN, 5] },
    {},
    "landscape: grid.values[4] must be a finite number, got NaN; leave such values out, or find where the computation diverged",
  ],
  [
    { ...slope, values: [1, 1, 1, 1, 1, 1] },
    {},
    "landscape: grid.values must be of different heights, got 1 everywhere; take a wider lattice",
  ],
  [slope, { floor: 12 }, "landscape: options.floor must be a number below the top, 12, got 12; leave it out"],
  [
    slope,
    { lines: 1.5 },
    "landscape: options.lines must be a whole number >= 0, got 1.5; 10 is a good number",
  ],
  [
    slope,
    { paths: [[]] },
    "landscape: options.paths[0] must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    slope,
    { paths: [[{ x: Infinity, y: 0 }]] },
    "landscape: options.paths[0][0].x must be a finite number, got Infinity; leave such rows out, or find where the computation diverged",
  ],
])("what cannot be drawn is refused %#", (grid, change, message) => {
  expect(() => landscape(grid, { ...options, ...change })).toThrow(message);
});
