import { random, tf } from "latent";
import { sprites } from "latent/data";
import { expect, test } from "vitest";

const plain = { shape: 0, scale: 5, orientation: 0, x: 16, y: 16 };

/** The area and centroid of an image, in pixels; the centre of the first pixel is (½, ½). */
function measure(image: tf.Tensor3D): { area: number; x: number; y: number } {
  let [area, x, y] = [0, 0, 0];
  image.dataSync().forEach((level, i) => {
    area += level;
    x += level * ((i % 64) + 0.5);
    y += level * (Math.floor(i / 64) + 0.5);
  });
  return { area, x: x / area, y: y / area };
}

function largestDifference(a: tf.Tensor, b: tf.Tensor): number {
  return a.sub(b).abs().max().dataSync()[0] ?? NaN;
}

test("every shape has the area (17 · scale)², for any position and orientation", () => {
  for (const shape of [0, 1, 2])
    for (let scale = 0; scale < 6; scale++) {
      const image = sprites.render({ shape, scale, orientation: 7 * scale + shape, x: 5 * scale, y: 3 });
      // 4,096 pixels, each rounded to float32 by at most 2⁻²⁵
      expect(Math.abs(measure(image).area - (17 * (0.5 + 0.1 * scale)) ** 2)).toBeLessThan(4096 * 2 ** -25);
    }
});

test("the centroid is at the factors x and y", () => {
  for (const shape of [0, 1, 2])
    for (const [x, y] of [
      [0, 31],
      [13, 2],
    ] as const) {
      const centroid = measure(sprites.render({ ...plain, shape, orientation: 0, x, y }));
      // A pixel counts at its centre; ∫(x − centre) over any part of a pixel is at most 1/8, fewer than 80
      // pixels are covered partially, and the area is 289: 80 / 8 / 289 < 0.035
      expect(Math.abs(centroid.x - (16 + (32 * x) / 31))).toBeLessThan(0.035);
      expect(Math.abs(centroid.y - (16 + (32 * y) / 31))).toBeLessThan(0.035);
    }
});

test("an axis-aligned square of 17 pixels has the exact coverage", () => {
  const side = 17;
  const centre = 16 + (32 * 16) / 31;
  const share = (i: number): number =>
    Math.max(0, Math.min(i + 1, centre + side / 2) - Math.max(i, centre - side / 2));
  const expected = tf.tensor3d(
    Array.from({ length: 64 }, (_, y) => Array.from({ length: 64 }, (_, x) => [share(x) * share(y)])),
  );
  expect(largestDifference(sprites.render(plain), expected)).toBeLessThan(1e-6); // float32 of numbers up to 1
});

test("a square is symmetric under 90°, an ellipse under 180°, a heart under no rotation", () => {
  const turned = (shape: number, steps: number): number =>
    largestDifference(
      sprites.render({ ...plain, shape, orientation: 3 }),
      sprites.render({ ...plain, shape, orientation: 3 + steps }),
    );
  expect(turned(0, 10)).toBeLessThan(1e-6);
  expect(turned(1, 20)).toBeLessThan(1e-6);
  expect(turned(1, 10)).toBeGreaterThan(0.5);
  for (const steps of [10, 20, 30]) expect(turned(2, steps)).toBeGreaterThan(0.5);
});

test("a sample is a function of its key, matches its factors and leaves two tensors", () => {
  const [a, b] = [sprites.sample(random.key(4), 12), sprites.sample(random.key(4), 12)];
  expect(a.images.shape).toEqual([12, 64, 64, 1]);
  expect(a.images).toBeNear(b.images, {});
  expect(a.factors).toBeNear(b.factors, {});
  expect(sprites.renderRows(a.factors.arraySync())).toBeNear(a.images, {});
  expect(sprites.renderRows(a.factors)).toBeNear(a.images, {});
  expect(sprites.sample(random.key(4), 5).images).toBeNear(a.images.slice(0, 5), {});
  expect(() => sprites.sample(random.key(4), 3)).toLeaveTensors(2);
  expect(() => sprites.render(plain)).toLeaveTensors(1);
});

test("every level of a factor is drawn equally often", () => {
  const n = 4000;
  const rows = sprites.sample(random.key(5), n).factors.arraySync();
  sprites.factors.forEach((factor, j) => {
    if (factor.kind !== "choice") throw new Error("sprites has only choice factors");
    for (let level = 0; level < factor.size; level++) {
      const p = 1 / factor.size;
      const share = rows.filter((row) => row[j] === level).length / n;
      expect(Math.abs(share - p)).toBeLessThan(6 * Math.sqrt((p * (1 - p)) / n)); // six standard errors
    }
  });
});

test("names the factor that is wrong", () => {
  expect(() => sprites.render({ ...plain, scale: 6 })).toThrow(
    new Error("sprites.render: scale must be an integer from 0 to 5, got 6"),
  );
  const wide: Record<string, number> = { ...plain, width: 2 };
  expect(() => sprites.render(wide as typeof plain)).toThrow(
    new Error("sprites.render: unknown factor width; the factors are shape, scale, orientation, x, y"),
  );
  const narrow: Partial<typeof plain> = { shape: 0 };
  expect(() => sprites.render(narrow as typeof plain)).toThrow(
    new Error("sprites.render: factor scale is missing; give all of shape, scale, orientation, x, y"),
  );
  expect(() => sprites.renderRows([[0, 0, 0]])).toThrow(
    new Error("sprites.renderRows: factors[0] must have 5 numbers (shape, scale, orientation, x, y), got 3"),
  );
  expect(() => sprites.renderRows([[0, 0, 0.5, 0, 0]])).toThrow(
    new Error("sprites.renderRows: orientation in factors[0] must be an integer from 0 to 39, got 0.5"),
  );
  for (const shape of [[5], [2, 3], [1, 2, 5]])
    expect(() => sprites.renderRows(tf.zeros(shape))).toThrow(
      new Error(
        `sprites.renderRows: factors must be [n, F=5], got [${shape.join(", ")}]; ` +
          "the columns are shape, scale, orientation, x, y",
      ),
    );
  expect(() => sprites.renderRows(tf.zeros([0, 5]))).toThrow(
    new Error("sprites.renderRows: factors.length must be a positive integer, got 0"),
  );
  expect(() => sprites.renderRows([])).toThrow(
    new Error("sprites.renderRows: factors.length must be a positive integer, got 0"),
  );
  expect(() => sprites.sample(random.key(1), 0)).toThrow(
    new Error("sprites.sample: n must be a positive integer, got 0"),
  );
});
