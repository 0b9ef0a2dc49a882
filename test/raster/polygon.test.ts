import { expect, test } from "vitest";
import { backdrop } from "../../lib/raster/backdrop";
import { canvas, fill } from "../../lib/raster/canvas";
import { fillPolygon, moments } from "../../lib/raster/polygon";
import { box, polygon } from "../../lib/raster/shapes";

function sum(image: Float32Array): number {
  return image.reduce((total, level) => total + level, 0);
}

test("fillPolygon covers the exact fraction of each pixel by a rectangle", () => {
  const image = new Float32Array(16);
  fillPolygon(image, 4, Float64Array.of(0.5, 1.25, 2.75, 1.25, 2.75, 2.5, 0.5, 2.5));
  const expected = [0, 0, 0, 0, 0.375, 0.75, 0.5625, 0, 0.25, 0.5, 0.375, 0, 0, 0, 0, 0];
  expect([...image]).toEqual(expected); // widths ½, 1, ¾ times heights ¾, ½: exact in float32
});

test("fillPolygon covers half of each pixel on the diagonal of a triangle", () => {
  const image = new Float32Array(9);
  fillPolygon(image, 3, Float64Array.of(0, 0, 3, 3, 0, 3));
  [0.5, 0, 0, 1, 0.5, 0, 1, 1, 0.5].forEach((share, i) => expect(image[i]).toBeCloseTo(share, 6));
});

test("fillPolygon adds up to the polygon's area, in either order of the corners", () => {
  for (let corners = 3; corners < 40; corners += 4) {
    const points = Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners + 0.3;
      return [16.3 + (6 + (i % 3)) * Math.cos(angle), 15.1 + (6 + (i % 3)) * Math.sin(angle)];
    });
    for (const order of [points, [...points].reverse()]) {
      const polygon = Float64Array.from(order.flat());
      const image = new Float32Array(32 * 32);
      fillPolygon(image, 32, polygon);
      // 1,024 pixels, each rounded to float32 with an error of at most 2⁻²⁵
      expect(Math.abs(sum(image) - Math.abs(moments(polygon).area))).toBeLessThan(1024 * 2 ** -25);
    }
  }
});

test("moments returns the area and the centroid of a rectangle", () => {
  const { area, x, y } = moments(Float64Array.of(1, 2, 5, 2, 5, 4, 1, 4));
  expect(area).toBe(8);
  expect(x).toBeCloseTo(3, 12);
  expect(y).toBeCloseTo(3, 12);
});

test("a polygon that reaches beyond the canvas covers what lies within", () => {
  // A triangle around a 4 × 3 canvas, but for what is above the line from (0, 2) to (4, 0): 2 · 4 / 2 missing
  const on = canvas(4, 3);
  polygon(on, Float64Array.of(-4, 4, 10, -3, 10, 4), [1, 0, 0]);
  const red = on.pixels.filter((_, i) => i % 3 === 0);
  // 12 pixels, each rounded to float32 with an error of at most 2⁻²⁵
  expect(Math.abs(sum(red) - (12 - 4))).toBeLessThan(12 * 2 ** -25);
  const none = canvas(4, 3);
  for (const [dx, dy] of [
    [9, 0],
    [-9, 0],
    [0, 9],
    [0, -9],
  ] as const)
    polygon(none, Float64Array.of(dx, dy, dx + 4, dy, dx + 4, dy + 3, dx, dy + 3), [1, 1, 1]);
  expect(sum(none.pixels)).toBe(0);
});

test("polygon and box paint the same rectangle, also across the edges of the canvas", () => {
  for (const [x0, y0, x1, y1] of [
    [0.3, 0.6, 2.2, 2.7],
    [-1.5, 1.25, 1.5, 9],
  ] as const) {
    const [a, b] = [canvas(5, 4), canvas(5, 4)];
    for (const on of [a, b]) fill(on, [0.2, 0.4, 0.6]);
    polygon(a, Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1), [1, 0.5, 0]);
    box(b, x0, y0, x1, y1, [1, 0.5, 0]);
    a.pixels.forEach((value, i) => expect(value).toBeCloseTo(b.pixels[i] ?? NaN, 6));
  }
});

test("backdrop paints once for each size, and what is painted over it does not stay", () => {
  let calls = 0;
  const paint = backdrop((on) => {
    calls++;
    fill(on, [0.5, on.width / 100, 0]);
  });
  const on = canvas(4, 4);
  paint(on);
  box(on, 0, 0, 4, 4, [1, 1, 1]);
  paint(on);
  expect(Array.from(on.pixels.subarray(0, 2))).toEqual([0.5, Math.fround(0.04)]);
  const other = canvas(8, 8);
  paint(other);
  expect(other.pixels[1]).toBe(Math.fround(0.08));
  expect(calls).toBe(2);
});
