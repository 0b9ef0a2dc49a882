import { createCanvas, loadImage } from "canvas";
import { expect, test } from "vitest";
import { renderPng, renderSvg } from "latent/notebook";
import type { FigureSpec } from "latent/plot";
import { FONT } from "../../lib/plot/marks/theme";

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

test("renderPng multiplies the pixels by the scale", async () => {
  const [one, three] = await Promise.all(
    [1, 3].map(async (scale) => loadImage(await renderPng(spec, scale))),
  );
  expect(three?.width).toBe(3 * (one?.width ?? NaN));
  expect(three?.height).toBe(3 * (one?.height ?? NaN));
});

test("renderPng returns the same bytes twice", async () => {
  expect(await renderPng(spec)).toEqual(await renderPng(spec));
});

test("renderPng draws text: the axis title has dark pixels", async () => {
  const image = await loadImage(await renderPng(spec, 1));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const lowest = context.getImageData(0, image.height - 16, image.width, 11).data;
  const dark = Array.from(lowest).filter((level, i) => i % 4 === 0 && level < 128).length;
  expect(dark).toBeGreaterThan(50);
});

test("renderSvg keeps text as text", async () => {
  const svg = await renderSvg(spec);
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain(">a long title of an axis</text>");
});

test("renderPng rejects an invalid spec", async () => {
  await expect(renderPng({} as unknown as FigureSpec)).rejects.toThrow();
});

test("text is measured in DejaVu Sans", async () => {
  await renderPng(spec);
  const context = createCanvas(1, 1).getContext("2d");
  context.font = `2048px ${FONT}`;
  // The advance of the glyph in DejaVuSans.ttf, at 2048 units per em.
  expect(context.measureText("∥").width).toBe(1024);
});
