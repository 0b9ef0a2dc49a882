import type * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import * as random from "../../lib/core/random";
import { chairs, faces } from "../../lib/data";

const chair = { style: 0, azimuth: 0, size: 1 };
const face = { pose: 0, lighting: 0, expression: 0, hair: 1, skin: 0.2 };

const changed = (a: tf.Tensor3D, b: tf.Tensor3D): { rows: number[]; columns: number[] } => {
  const [x, y] = [a.dataSync(), b.dataSync()];
  const places = Array.from(x.keys()).filter((i) => Math.abs((x[i] ?? 0) - (y[i] ?? 0)) > 0.02);
  return { rows: places.map((i) => Math.floor(i / 192)), columns: places.map((i) => Math.floor(i / 3) % 64) };
};

const isDark = (image: tf.Tensor3D): boolean[] =>
  Array.from({ length: 64 * 64 }, (_, i) => (image.dataSync()[3 * i + 2] ?? 1) < 0.6);

test.each([chairs, faces])(
  "a sample is a function of its key, goes with its factors and leaves two tensors",
  (set) => {
    const [a, b] = [set.sample(random.key(1), 6), set.sample(random.key(1), 6)];
    expect(a.images.shape).toEqual([6, 64, 64, 3]);
    expect(a.images).toBeNear(b.images, {});
    expect(set.renderRows(a.factors)).toBeNear(a.images, {});
    expect(set.renderRows(a.factors.arraySync())).toBeNear(a.images, {});
    expect(() => set.renderRows(a.factors)).toLeaveTensors(1);
    expect(a.factors.isDisposed).toBe(false);
    expect(a.images.min().dataSync()[0]).toBeGreaterThanOrEqual(0);
    expect(a.images.max().dataSync()[0]).toBeLessThanOrEqual(1);
    expect(() => set.sample(random.key(1), 2)).toLeaveTensors(2);
  },
);

test.each([chairs, faces])("both ends of every range, and every choice, can be drawn and differ", (set) => {
  const middle = set.factors.map((factor) =>
    factor.kind === "choice" ? 0 : (2 * factor.min + factor.max) / 3,
  );
  const put = (j: number, value: number): number[] => middle.map((other, k) => (k === j ? value : other));
  set.factors.forEach((factor, j) => {
    const values =
      factor.kind === "choice"
        ? Array.from({ length: factor.size }, (_, i) => i)
        : [factor.min, (factor.min + factor.max) / 2];
    if (factor.kind === "range") set.renderRows([put(j, factor.max)]).dispose();
    const sums = values.map(
      (value) =>
        set
          .renderRows([put(j, value)])
          .square()
          .sum()
          .dataSync()[0],
    );
    expect(new Set(sums).size).toBe(values.length);
  });
});

test("a chair is the same after a whole turn, and mirrored at the opposite angle", () => {
  const silhouette = (azimuth: number): boolean[] => isDark(chairs.render({ ...chair, style: 1, azimuth }));
  expect(chairs.render({ ...chair, azimuth: 0 })).toBeNear(
    chairs.render({ ...chair, azimuth: 2 * Math.PI }),
    {
      abs: 1 / 9 + 1e-6, // rounding may move an edge over one of the nine samples of a pixel
    },
  );
  const [left, right] = [silhouette(0.8), silhouette(2 * Math.PI - 0.8)];
  const mirrored = left.map((_, i) => left[64 * Math.floor(i / 64) + 63 - (i % 64)]);
  const differing = right.filter((value, i) => value !== mirrored[i]).length;
  expect(differing).toBeLessThan(0.1 * right.filter(Boolean).length); // the light comes from one side: some pixels cross the threshold
});

test("a chair's outline grows with its size, and stays in the picture", () => {
  const spread = (size: number): number => {
    const dark = isDark(chairs.render({ style: 1, azimuth: 0.5, size }));
    const rows = Array.from(dark.keys())
      .filter((i) => dark[i] === true)
      .map((i) => Math.floor(i / 64));
    expect(Math.min(...rows)).toBeGreaterThan(0);
    expect(Math.max(...rows)).toBeLessThan(63);
    return Math.max(...rows) - Math.min(...rows) + 1;
  };
  expect(Math.abs(spread(0.6) - 0.6 * spread(1))).toBeLessThanOrEqual(2.2); // each end to a pixel, at both sizes: 1 + 0.6, and grey edges
});

test("expression changes only the features, skin no background, hair nothing below the shoulders' start", () => {
  const smile = changed(faces.render(face), faces.render({ ...face, expression: 1 }));
  expect(Math.min(...smile.rows)).toBeGreaterThan(20); // brows
  expect(Math.max(...smile.rows)).toBeLessThan(54); // mouth
  expect([Math.min(...smile.columns) > 15, Math.max(...smile.columns) < 48]).toEqual([true, true]);
  const skin = changed(faces.render(face), faces.render({ ...face, skin: 1 }));
  expect([Math.min(...skin.columns) > 10, Math.max(...skin.columns) < 53]).toEqual([true, true]);
});

test("light from the left and from the right are mirror images of a face that looks ahead", () => {
  const left = faces.render({ ...face, lighting: -0.9 });
  const right = faces.render({ ...face, lighting: 0.9 }).reverse(1);
  // the highlights in both eyes lie on the outer side alike, so that the whole picture is symmetric
  expect(left.sub(right).abs().mean().dataSync()[0]).toBeLessThan(1e-3);
});

test("a factor out of its range is named", () => {
  expect(() => chairs.render({ ...chair, azimuth: 7 })).toThrow(
    new Error("chairs.render: azimuth must be from 0 to 6.2832 radians, got 7"),
  );
  expect(() => chairs.render({ ...chair, style: 8 })).toThrow(
    new Error("chairs.render: style must be a whole number from 0 to 7, got 8"),
  );
  expect(() => faces.render({ ...face, expression: NaN })).toThrow(
    new Error("faces.render: expression must be from -1 to 1, got NaN"),
  );
});
