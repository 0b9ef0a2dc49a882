import { expect, test } from "vitest";
import { interpolationStrip } from "latent/plot";
import { pixels } from "../examples";

function strip(...counts: number[]) {
  return interpolationStrip(
    counts.map((count, i) => ({ label: `way ${i}`, images: pixels(count, 6) })),
    { shape: [2, 3], scale: 4 },
  );
}

test("captions the columns with t and the rows with their labels", () => {
  const text = JSON.stringify(strip(5, 5));
  expect(text).toContain(JSON.stringify(JSON.stringify(["t = 0", "0.25", "0.5", "0.75", "1"])).slice(1, -1));
  expect(text).toContain(JSON.stringify(JSON.stringify(["way 0", "way 1"])).slice(1, -1));
});

test("frames the first and the last image", () => {
  const { layer } = strip(3) as unknown as { layer: { encoding: Record<string, { value: number }> }[] };
  const frames = layer.slice(-2).map(({ encoding }) => [encoding["x"]?.value, encoding["x2"]?.value]);
  expect(frames).toEqual([
    [-4, 16], // image from 0 to 12 px, with a margin of one image pixel, 4 px
    [44, 64], // image from 48 to 60 px
  ]);
});

test.each([
  [
    () => strip(),
    "interpolationStrip: rows must not be empty, got []; draw the figure once there are results",
  ],
  [
    () => strip(1),
    "interpolationStrip: rows[0].images must contain at least 2 images, got 1; " +
      "include both ends, t = 0 and t = 1",
  ],
  [
    () => strip(4, 3),
    "interpolationStrip: rows[1].images must contain 4 images, like rows[0], got 3; " +
      "use the same values of t in every row",
  ],
])("throws for invalid rows %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
