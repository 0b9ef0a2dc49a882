import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { renderPng, renderSvg } from "latent/notebook";
import type { FigureSpec } from "latent/plot";
import { font } from "../../lib/plot/marks/theme";

const spec: FigureSpec = {
  data: { values: [{ a: "x", b: 1 }] },
  width: 100,
  height: 50,
  background: "white",
  mark: "bar",
  encoding: {
    x: { field: "b", type: "quantitative", title: "a long title of an axis" },
    y: { field: "a", type: "nominal" },
  },
};

test("the scale multiplies the pixels", async () => {
  const [one, three] = await Promise.all(
    [1, 3].map(async (scale) => loadImage(await renderPng(spec, scale))),
  );
  expect(three?.width).toBe(3 * (one?.width ?? NaN));
  expect(three?.height).toBe(3 * (one?.height ?? NaN));
});

test("two renderings are the same, byte by byte", async () => {
  expect(await renderPng(spec)).toEqual(await renderPng(spec));
});

test("text is drawn: without fonts the words below the axis would be missing", async () => {
  const image = await loadImage(await renderPng(spec, 1));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const lowest = context.getImageData(0, image.height - 16, image.width, 11).data;
  const dark = Array.from(lowest).filter((level, i) => i % 4 === 0 && level < 128).length;
  expect(dark).toBeGreaterThan(50);
});

test("SVG keeps text as text", async () => {
  const svg = await renderSvg(spec);
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain(">a long title of an axis</text>");
});

test("a spec that makes no sense is refused", async () => {
  await expect(renderPng({} as unknown as FigureSpec)).rejects.toThrow();
});

test("letters are measured in the package's own font", async () => {
  await renderPng(spec);
  const context = createCanvas(1, 1).getContext("2d");
  context.font = `2048px ${font}`;
  expect(context.measureText("∥").width).toBe(1024); // the glyph's advance in DejaVuSans.ttf, of 2048 units an em
});
