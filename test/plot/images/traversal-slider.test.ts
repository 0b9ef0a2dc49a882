import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { traversalSlider, type TraversalSliderOptions } from "latent/plot";

const options: TraversalSliderOptions = { shape: [1, 1], values: [-1, 0, 1], coordinates: ["a", "b"] };
/** Two coordinates at three values, one pixel per image. */
const pixels = [0, 0.2, 0.4, 0.6, 0.8, 1];

interface Row {
  readonly value: number;
  readonly url: string;
}
/** Returns the rows that the filter keeps for a value of the slider. */
async function visibleRows(coordinate: number, values = options.values): Promise<readonly Row[]> {
  const { spec } = compile(traversalSlider(pixels, { ...options, values }));
  const view = await new View(parse(spec), { renderer: "none" }).signal("coordinate", coordinate).runAsync();
  const names = (spec.data ?? []).map(({ name }) => name);
  const tables = names.map((name) => view.data(name) as Partial<Row>[]);
  const [table] = tables.filter((rows) => rows[0]?.url !== undefined).slice(-1);
  return (table ?? []) as Row[];
}

/** Returns the grey levels of a picture's first row. */
async function greys(url: string): Promise<number[]> {
  const image = await loadImage(url);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, 1);
  return Array.from({ length: image.width }, (_, x) => data[4 * x] ?? NaN);
}

test.each([
  [-1, [0, 0.6]],
  [0, [0.2, 0.8]],
  [1, [0.4, 1]],
])("at %f the slider shows the images decoded at this value", async (at, [a = 0, b = 0]) => {
  const rows = await visibleRows(at);
  expect(rows).toHaveLength(1);
  const row = await greys(rows[0]?.url ?? "");
  expect([row[0], row.at(-1)]).toEqual([Math.round(255 * a), Math.round(255 * b)]);
});

test("distinguishes values that differ in the eighth digit", async () => {
  const values = [1000, 1000.0001, 1000.0002];
  for (const at of values) expect((await visibleRows(at, values)).map(({ value }) => value)).toEqual([at]);
});

test.each([
  [{}, 0],
  [{ start: 1 }, 1],
])("with %o the slider has the range of the values and starts at %f", (change, value) => {
  const { params } = traversalSlider(pixels, { ...options, ...change }) as unknown as { params: unknown[] };
  expect(params).toEqual([
    {
      name: "coordinate",
      value,
      bind: { input: "range", name: "value of the coordinate ", min: -1, max: 1, step: 1 },
    },
  ]);
});

test.each<[number[], Partial<TraversalSliderOptions>, string]>([
  [
    [0, 1],
    {},
    "traversalSlider: pixels must contain 2·3 = 6 images, got 2; " +
      "decode every value of every coordinate, coordinate by coordinate",
  ],
  [
    pixels,
    { values: [-1, 0, 2] },
    "traversalSlider: values must be two or more numbers that increase in equal steps, got " +
      "[−1.00, 0.00, 2.00]; for example −3, −2.5, …, 3",
  ],
  [
    pixels,
    { start: 0.5 },
    "traversalSlider: start must be one of values, got 0.5; leave it out for the middle one",
  ],
  [
    pixels,
    { values: [0] },
    "traversalSlider: values must be two or more numbers that increase in equal steps, got [0.00]; " +
      "for example −3, −2.5, …, 3",
  ],
])("throws for invalid arguments %#", (values, change, message) => {
  expect(() => traversalSlider(values, { ...options, ...change })).toThrow(message);
});
