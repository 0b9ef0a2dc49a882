import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { latentManifold, priorQuantiles } from "latent/plot";

/** Returns the red channel of the figure's only image. */
async function levels(spec: object): Promise<number[]> {
  const [, body = ""] = /data:image\/png;base64,([^"]+)/.exec(JSON.stringify(spec)) ?? [];
  const image = await loadImage(Buffer.from(body, "base64"));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, image.width, image.height).data).filter((_, i) => i % 4 === 0);
}

test("z₁ increases to the right and z₂ upwards", async () => {
  const spec = latentManifold([0, 0.2, 0.4, 0.6], { shape: [1, 1], values: [-1, 1] });
  expect(await levels(spec)).toEqual([102, 153, 0, 51]);
});

test("labels the axes with the values, the largest z₂ on top", () => {
  const text = JSON.stringify(latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [-1, 1.25] }));
  expect(text).toContain(String.raw`[\"−1.0\",\"1.3\"][datum.value]`);
  expect(text).toContain(String.raw`[\"1.3\",\"−1.0\"][datum.value]`);
});

// Reference: Python 3.11, statistics.NormalDist().inv_cdf, which uses a different algorithm (Wichura's
// AS241).
test.each([
  [1, [0]],
  [2, [-0.6744897501960817, 0.6744897501960817]],
  [5, [-1.2815515655446008, -0.5244005127080407, 0, 0.5244005127080407, 1.2815515655446008]],
])("priorQuantiles(%i) equals the reference", (n, expected) => {
  const values = priorQuantiles(n);
  expect(values).toHaveLength(n);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
});

test.each([
  [20, 1.9599639845400536],
  [1000, 3.2905267314919255],
  [1_000_000, 4.891638475714779],
])("the outermost of priorQuantiles(%i) equals the reference within rounding", (n, expected) => {
  const values = priorQuantiles(n);
  expect(values.at(-1)).toBeCloseTo(expected, 9);
  expect(values[0]).toBe(-(values.at(-1) ?? NaN));
});

const values = [-1, 0, 1];

test.each([
  [
    () => latentManifold([0, 0, 0], { shape: [1, 1], values }),
    "latentManifold: pixels must contain 3·3 = 9 images, got 3; decode every pair of values",
  ],
  [
    () => latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [1, -1] }),
    "latentManifold: values must be one or more increasing numbers, got [1.00, −1.00]; " +
      "use priorQuantiles(20)",
  ],
  [
    () => latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [0, NaN] }),
    "latentManifold: values[1] must be finite, got NaN; " +
      "drop such values, or find where the computation diverged",
  ],
  [
    () => priorQuantiles(0),
    "priorQuantiles: n must be a positive integer, got 0; 20 is a good number for a manifold",
  ],
])("throws for invalid arguments %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
