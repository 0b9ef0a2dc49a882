import { expect, test } from "vitest";
import { fillPolygon, moments } from "../../lib/raster/polygon";

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
