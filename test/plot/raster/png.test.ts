import { createCanvas, loadImage } from "canvas";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "../../../lib/plot/raster/crc32";
import { encodePng, pngUrl, type Raster } from "../../../lib/plot/raster/png";

/** Decodes a file with an independent implementation; returns red, green, blue of each pixel. */
async function decoded(png: Buffer): Promise<{ width: number; height: number; rgb: number[] }> {
  const { width, height } = await loadImage(png);
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(await loadImage(png), 0, 0);
  const rgba = Array.from(context.getImageData(0, 0, width, height).data);
  return { width, height, rgb: rgba.filter((_, i) => i % 4 !== 3) };
}

const rasters = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    seed: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ seed, ...size }): Raster => {
    const bytes = Uint8Array.from(seed.take(size.width * size.height * size.channels));
    return { ...size, bytes };
  });

test("an independent decoder reads the same pixels", async () => {
  await fc.assert(
    fc.asyncProperty(rasters, async (raster) => {
      const { width, height, channels, bytes } = raster;
      const rgb = Array.from(bytes).flatMap((level) => (channels === 1 ? [level, level, level] : [level]));
      expect(await decoded(encodePng(raster))).toEqual({ width, height, rgb });
    }),
    { numRuns: 60, seed: 5 },
  );
});

test("a smooth gradient is compressed with the Paeth filter", async () => {
  const bytes = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64) + 2 * Math.floor(i / 64));
  const png = encodePng({ width: 64, height: 64, channels: 1, bytes });
  expect(png.length).toBeLessThan(200); // of 4,096 bytes
  const { rgb } = await decoded(png);
  expect(rgb.filter((_, i) => i % 3 === 0)).toEqual(Array.from(bytes));
});

test("crc32 returns the check value of the standard", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926); // ISO 3309's check value
});

test("pngUrl contains the file", () => {
  const raster = { width: 1, height: 1, channels: 1, bytes: Uint8Array.of(7) } as const;
  const [header, body = ""] = pngUrl(raster).split(",");
  expect(header).toBe("data:image/png;base64");
  expect(Buffer.from(body, "base64")).toEqual(encodePng(raster));
});
