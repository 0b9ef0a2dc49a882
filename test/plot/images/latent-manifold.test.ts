import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { latentManifold, priorQuantiles } from "latent/plot";

/** The red channel of the figure's one image. */
async function levels(spec: object): Promise<number[]> {
  const [, body = ""] = /data:image\/png;base64,([^"]+)/.exec(JSON.stringify(spec)) ?? [];
  const image = await loadImage(Buffer.from(body, "base64"));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, image.width, image.height).data).filter((_, i) => i % 4 === 0);
}

test("z₁ runs to the right and z₂ upwards", async () => {
  const spec = latentManifold([0, 0.2, 0.4, 0.6], { shape: [1, 1], values: [-1, 1] });
  expect(await levels(spec)).toEqual([102, 153, 0, 51]);
});

test("the values stand along the axes, the greatest z₂ on top", () => {
  const text = JSON.stringify(latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [-1, 1.25] }));
  expect(text).toContain(String.raw`[\"−1.0\",\"1.3\"][datum.value]`);
  expect(text).toContain(String.raw`[\"1.3\",\"−1.0\"][datum.value]`);
});

// Reference: Python 3.11, statistics.NormalDist().inv_cdf, another algorithm (Wichura's AS241).
test.each([
  [1, [0]],
  [2, [-0.6744897501960817, 0.6744897501960817]],
  [5, [-1.2815515655446008, -0.5244005127080407, 0, 0.5244005127080407, 1.2815515655446008]],
])("the quantiles of %i equal shares of the prior", (n, expected) => {
  const values = priorQuantiles(n);
  expect(values).toHaveLength(n);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
});

test.each([
  [20, 1.9599639845400536],
  [1000, 3.2905267314919255],
  [1_000_000, 4.891638475714779],
])(
  "the outermost of %i, to what a rounding of Φ by 1e-16 is worth there: 1e-16 / φ(4.9) < 1e-10",
  (n, expected) => {
    const values = priorQuantiles(n);
    expect(values.at(-1)).toBeCloseTo(expected, 9);
    expect(values[0]).toBe(-(values.at(-1) ?? NaN));
  },
);

const values = [-1, 0, 1];

test.each([
  [
    () => latentManifold([0, 0, 0], { shape: [1, 1], values }),
    "latentManifold: pixels must be 3·3 = 9 images, got 3; decode every pair of values",
  ],
  [
    () => latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [1, -1] }),
    "latentManifold: values must be one or more increasing numbers, got [1.00, −1.00]; priorQuantiles(20) gives such values",
  ],
  [
    () => latentManifold([0, 0, 0, 0], { shape: [1, 1], values: [0, NaN] }),
    "latentManifold: values[1] must be a finite number, got NaN; leave such values out, or find where the computation diverged",
  ],
  [() => priorQuantiles(0), "priorQuantiles: n must be a whole number >= 1, got 0; 20 makes a good manifold"],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
