import { expect, test } from "vitest";
import { interpolationStrip } from "latent/plot";
import { pixels } from "../examples";

const strip = (...counts: number[]) =>
  interpolationStrip(
    counts.map((count, i) => ({ label: `way ${i}`, images: pixels(count, 6) })),
    { shape: [2, 3], scale: 4 },
  );

test("t runs from 0 to 1 over the columns, and the ways stand beside the rows", () => {
  const text = JSON.stringify(strip(5, 5));
  expect(text).toContain(JSON.stringify(JSON.stringify(["t = 0", "0.25", "0.5", "0.75", "1"])).slice(1, -1));
  expect(text).toContain(JSON.stringify(JSON.stringify(["way 0", "way 1"])).slice(1, -1));
});

test("the frames stand around the first and the last image", () => {
  const { layer } = strip(3) as unknown as { layer: { encoding: Record<string, { value: number }> }[] };
  const frames = layer.slice(-2).map(({ encoding }) => [encoding["x"]?.value, encoding["x2"]?.value]);
  expect(frames).toEqual([
    [-4, 16], // image from 0 to 12 px, one image pixel of 4 px around it
    [44, 64], // image from 48 to 60 px
  ]);
});

test.each([
  [
    () => strip(),
    "interpolationStrip: rows must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    () => strip(1),
    "interpolationStrip: rows[0].images must be at least 2 images, got 1; begin with the two ends, t = 0 and 1",
  ],
  [
    () => strip(4, 3),
    "interpolationStrip: rows[1].images must be 4 images, as in rows[0], got 3; use the same values of t in every row",
  ],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
