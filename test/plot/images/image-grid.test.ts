import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { renderPng, renderSvg } from "latent/notebook";
import { type FigureSpec, imageGrid, type ImageGridOptions } from "latent/plot";
import { mosaic, toImageBytes } from "../../../lib/plot/raster/images";
import { pixels } from "../examples";

test("mosaic arranges images row by row with a white gap", () => {
  const images = toImageBytes("f", "x", [0, 0.2, 0.4, 0.6, 0.8, 1], { shape: [1, 2] });
  const raster = mosaic(images, { rows: 2, columns: 2, gap: 1 });
  expect(raster).toMatchObject({ width: 5, height: 3, channels: 1 });
  expect(Array.from(raster.bytes)).toEqual([
    ...[0, 51, 255, 102, 153],
    ...[255, 255, 255, 255, 255],
    ...[204, 255, 255, 255, 255],
  ]);
});

test("mosaic keeps three channels and uses cellOf", () => {
  const images = toImageBytes("f", "x", [1, 0, 0, 0, 0, 1], { shape: [1, 1, 3] });
  const raster = mosaic(images, { rows: 1, columns: 2, gap: 0, cellOf: (i) => [0, 1 - i] });
  expect(Array.from(raster.bytes)).toEqual([0, 0, 255, 255, 0, 0]);
});

test("invert maps 0 to white and 1 to black", () => {
  expect(Array.from(toImageBytes("f", "x", [0, 1], { shape: [1, 1], invert: true }).bytes)).toEqual([255, 0]);
});

test("toImageBytes clips rounding errors outside [0, 1]", () => {
  expect(Array.from(toImageBytes("f", "x", [-1e-7, 1 + 1e-7], { shape: [1, 1] }).bytes)).toEqual([0, 255]);
});

function sizeOf(spec: FigureSpec) {
  return spec as unknown as { width: number; height: number };
}

test("a grid is square by default, at an integer scale", () => {
  const { width, height } = sizeOf(imageGrid(pixels(7, 784), { shape: [28, 28] }));
  expect([width, height]).toEqual([2 * (3 * 29 - 1), 2 * (3 * 29 - 1)]); // 28 px at scale 2, and gaps
});

test("renders an image pixel as a square of one colour", async () => {
  const checkers = Array.from({ length: 64 }, (_, i) => (i + Math.floor(i / 8)) % 2);
  const image = await loadImage(await renderPng(imageGrid(checkers, { shape: [8, 8], scale: 5 }), 2));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const levels = new Set(context.getImageData(0, 0, image.width, image.height).data);
  expect([...levels].sort((a, b) => a - b)).toEqual([0, 255]); // smoothing would add greys
});

test("the SVG disables smoothing in browsers", async () => {
  expect(await renderSvg(imageGrid([0, 1], { shape: [1, 2] }))).toContain("image-rendering: pixelated");
});

test("a hundred digits take less than 32 kB", () => {
  const blots = Array.from({ length: 100 * 784 }, (_, i) =>
    Math.hypot((i % 28) - 14, (Math.floor(i / 28) % 28) - 14) < 6 ? 1 : 0,
  );
  expect(JSON.stringify(imageGrid(blots, { shape: [28, 28] })).length).toBeLessThan(32_000);
});

function grid(values: ArrayLike<number>, options: Partial<ImageGridOptions>) {
  return () => imageGrid(values, { shape: [2, 2], ...options });
}

test.each([
  [
    grid([1, 2, 3], {}),
    "imageGrid: pixels must be one flat list of N images of shape [2, 2], N · 4 numbers, got 3 numbers; " +
      "pass the shape of one image and all of its pixels (tensor.dataSync())",
  ],
  [
    grid([], {}),
    "imageGrid: pixels must be one flat list of N images of shape [2, 2], N · 4 numbers, got 0 numbers; " +
      "pass the shape of one image and all of its pixels (tensor.dataSync())",
  ],
  [
    grid([0, 0, 0, 0, 0, 1.5, 0, 0], {}),
    "imageGrid: pixels[5] must be in [0, 1], got 1.5 in image 1; " +
      "rescale the images, or clip them (tensor.clipByValue(0, 1))",
  ],
  [
    grid([0, 0, NaN, 0], {}),
    "imageGrid: pixels[2] must be in [0, 1], got NaN in image 0; " +
      "rescale the images, or clip them (tensor.clipByValue(0, 1))",
  ],
  [
    grid([0, 0, 0, 0], { shape: [1, 2, 2] as unknown as [number, number, 3] }),
    "imageGrid: shape must be [height, width] or [height, width, 3], got [1, 2, 2]; " +
      "pass the shape of one image, without the batch dimension",
  ],
  [
    grid([0, 0, 0, 0], { columns: 0 }),
    "imageGrid: columns must be a positive integer, got 0; leave it out for a square grid",
  ],
  [
    grid([0, 0, 0, 0], { rowCaptions: ["a", "b"] }),
    'imageGrid: rowCaptions must have length 1, got 2; use "" for a row or column without a caption',
  ],
])("throws for invalid arguments %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
