import { createCanvas } from "canvas";
import { expect, test } from "vitest";
import { comparePictures } from "../../../../tools/check/compare/compare-pictures";
import { decodePng } from "../../../../tools/check/compare/decode-png";
import { exact, parseTolerance } from "../../../../tools/check/compare/tolerance";
import { imageGrid } from "latent/plot";
import { encodePng } from "../../../../lib/plot/raster/png";
import { compareFigures } from "../../../../tools/check/figure/compare-figures";

function grey(width: number, height: number, level: (x: number, y: number) => number) {
  return {
    width,
    height,
    channels: 1 as const,
    bytes: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
  };
}

function picture(...args: Parameters<typeof grey>): string {
  return encodePng(grey(...args)).toString("base64");
}

function slope(x: number, y: number) {
  return (3 * x + 7 * y) % 256;
}

test("decodes images of the library, in grey and in colour", () => {
  const raster = grey(37, 19, slope);
  expect(decodePng(encodePng(raster))).toEqual(raster);
  const colours = { ...grey(30, 19, slope), width: 10, channels: 3 as const };
  expect(decodePng(encodePng(colours))).toEqual(colours);
});

test("decodes images of the renderer, with every row filter and transparency", () => {
  const canvas = createCanvas(40, 30);
  const context = canvas.getContext("2d");
  const gradient = context.createLinearGradient(0, 0, 40, 30);
  gradient.addColorStop(0, "#102030");
  gradient.addColorStop(1, "#f0d0a0");
  context.fillStyle = gradient;
  context.fillRect(0, 0, 40, 30);
  const decoded = decodePng(canvas.toBuffer("image/png"));
  expect(decoded).toMatchObject({ width: 40, height: 30 });
  const channels = decoded?.channels ?? 0;
  const pixels = context.getImageData(0, 0, 40, 30).data;
  const firstThree = (bytes: ArrayLike<number>, step: number) =>
    Array.from({ length: 1200 }, (_, i) => [0, 1, 2].map((c) => bytes[i * step + c]));
  expect(firstThree(decoded?.bytes ?? [], channels)).toEqual(firstThree(pixels, 4));
});

test("returns undefined for other files", () => {
  expect(decodePng(Buffer.from("no picture"))).toBeUndefined();
  expect(decodePng(encodePng(grey(5, 5, slope)).subarray(0, 45))).toBeUndefined();
});

test("compares pixels, not files", () => {
  const even = picture(60, 60, () => 100);
  expect(
    comparePictures(
      even,
      picture(60, 60, () => 101),
      exact,
    ),
  ).toMatchObject([{ got: "a root mean square difference of 0.39 % of the full scale", allowed: "exact" }]);
  expect(
    comparePictures(
      even,
      picture(60, 60, () => 101),
      parseTolerance("0.01"),
    ),
  ).toEqual([]);
  expect(
    comparePictures(
      even,
      picture(60, 30, () => 100),
      exact,
    ),
  ).toEqual([
    { where: "picture", expected: "60 by 60 pixels, 1 channel", got: "60 by 30 pixels, 1 channel" },
  ]);
  expect(comparePictures("AAAA", "AAAB", exact)).toHaveLength(1);
});

test("finds one changed image in a grid of a hundred", () => {
  const digits = (changed: number) =>
    imageGrid(
      Array.from({ length: 100 * 784 }, (_, i) => (Math.floor(i / 784) === changed ? 1 : 0)),
      { shape: [28, 28], columns: 10 },
    );
  const within = parseTolerance("0.1");
  expect(compareFigures(digits(-1), digits(-1), exact)).toEqual([]);
  expect(compareFigures(digits(-1), digits(42), within)).toMatchObject([
    { where: expect.stringContaining("layer[0]: picture, the 28 by 28 pixels from column") as string },
  ]);
});
