import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { renderPng, renderSvg } from "latent/notebook";
import { type FigureSpec, imageGrid, type ImageGridOptions } from "latent/plot";
import { mosaic, toBytes } from "../../../lib/plot/raster/images";
import { pixels } from "../examples";

test("images lie row by row with a gap of white", () => {
  const images = toBytes("f", "x", [0, 0.2, 0.4, 0.6, 0.8, 1], [1, 2], false);
  const raster = mosaic(images, { rows: 2, columns: 2, gap: 1 });
  expect(raster).toMatchObject({ width: 5, height: 3, channels: 1 });
  expect(Array.from(raster.bytes)).toEqual([
    ...[0, 51, 255, 102, 153],
    ...[255, 255, 255, 255, 255],
    ...[204, 255, 255, 255, 255],
  ]);
});

test("colours keep their three channels, and a place of their own", () => {
  const images = toBytes("f", "x", [1, 0, 0, 0, 0, 1], [1, 1, 3], false);
  const raster = mosaic(images, { rows: 1, columns: 2, gap: 0, place: (i) => [0, 1 - i] });
  expect(Array.from(raster.bytes)).toEqual([0, 0, 255, 255, 0, 0]);
});

test("inverted images are ink on paper", () => {
  expect(Array.from(toBytes("f", "x", [0, 1], [1, 1], true).bytes)).toEqual([255, 0]);
});

test("rounding errors beyond [0, 1] draw as the ends", () => {
  expect(Array.from(toBytes("f", "x", [-1e-7, 1 + 1e-7], [1, 1], false).bytes)).toEqual([0, 255]);
});

const sizeOf = (spec: FigureSpec) => spec as unknown as { width: number; height: number };

test("a grid is as square as can be, at a whole scale", () => {
  const { width, height } = sizeOf(imageGrid(pixels(7, 784), { shape: [28, 28] }));
  expect([width, height]).toEqual([2 * (3 * 29 - 1), 2 * (3 * 29 - 1)]); // 28 px at twice their size, and gaps
});

test("a pixel stays one flat square in the picture, in the middle of a figure of many", async () => {
  const checkers = Array.from({ length: 64 }, (_, i) => (i + Math.floor(i / 8)) % 2);
  const image = await loadImage(await renderPng(imageGrid(checkers, { shape: [8, 8], scale: 5 }), 2));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const levels = new Set(context.getImageData(0, 0, image.width, image.height).data);
  expect([...levels].sort((a, b) => a - b)).toEqual([0, 255]); // smoothing would give greys
});

test("the SVG asks browsers not to smooth either", async () => {
  expect(await renderSvg(imageGrid([0, 1], { shape: [1, 2] }))).toContain("image-rendering: pixelated");
});

test("a hundred digits take less than 32 kB of the notebook", () => {
  const blots = Array.from({ length: 100 * 784 }, (_, i) =>
    Math.hypot((i % 28) - 14, (Math.floor(i / 28) % 28) - 14) < 6 ? 1 : 0,
  );
  expect(JSON.stringify(imageGrid(blots, { shape: [28, 28] })).length).toBeLessThan(32_000);
});

const grid = (values: ArrayLike<number>, options: Partial<ImageGridOptions>) => () =>
  imageGrid(values, { shape: [2, 2], ...options });

test.each([
  [
    grid([1, 2, 3], {}),
    "imageGrid: pixels must be one flat list of N images of [2, 2], a multiple of 4 numbers, got 3 numbers; " +
      "give the images' own shape, and all of their pixels (tensor.dataSync())",
  ],
  [
    grid([], {}),
    "imageGrid: pixels must be one flat list of N images of [2, 2], a multiple of 4 numbers, got 0 numbers; " +
      "give the images' own shape, and all of their pixels (tensor.dataSync())",
  ],
  [
    grid([0, 0, 0, 0, 0, 1.5, 0, 0], {}),
    "imageGrid: pixels[5] must be in [0, 1], got 1.5 in image 1; scale the images, or clip them (tensor.clipByValue(0, 1))",
  ],
  [
    grid([0, 0, NaN, 0], {}),
    "imageGrid: pixels[2] must be in [0, 1], got NaN in image 0; scale the images, or clip them (tensor.clipByValue(0, 1))",
  ],
  [
    grid([0, 0, 0, 0], { shape: [1, 2, 2] as unknown as [number, number, 3] }),
    "imageGrid: shape must be [height, width] or [height, width, 3], got [1, 2, 2]; leave the number of images out of it",
  ],
  [
    grid([0, 0, 0, 0], { columns: 0 }),
    "imageGrid: columns must be a whole number >= 1, got 0; leave it out for a square grid",
  ],
  [
    grid([0, 0, 0, 0], { rowCaptions: ["a", "b"] }),
    'imageGrid: rowCaptions must be 1 words, got 2; use "" where nothing is to be said',
  ],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
