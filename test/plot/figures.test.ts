import { createCanvas, loadImage } from "canvas";
import { logger as makeLogger, Warn } from "vega";
import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { renderPng } from "latent/notebook";
import type { FigureSpec } from "latent/plot";
import { examples } from "./examples";
import { outline } from "./outline";

/** What vega-lite complains of while it compiles a spec. */
function complaints(spec: FigureSpec): string[] {
  const heard: string[] = [];
  const logger = makeLogger(Warn, undefined, (_method, level, input) => {
    heard.push(`${level} ${Array.from(input, String).join(" ")}`);
  });
  compile(spec, { logger });
  return heard;
}

/** The part of the picture that is not white. */
async function inkShare(png: Buffer): Promise<number> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4)
    if ((data[i] ?? 255) + (data[i + 1] ?? 255) + (data[i + 2] ?? 255) < 700) dark++;
  return (4 * dark) / data.length;
}

describe.each(Object.entries(examples))("%s", (_name, make) => {
  test("compiles without a warning", () => {
    expect(complaints(make())).toEqual([]);
  });

  test("is the same each time, and plain JSON", () => {
    expect(JSON.parse(JSON.stringify(make()))).toEqual(make());
  });

  test("says in words what it shows", () => {
    expect(make().description).toMatch(/\w{4,}/);
  });

  test("draws what its outline says", () => {
    expect(outline(make())).toMatchSnapshot();
  });

  test("has ink on white paper", async () => {
    const share = await inkShare(await renderPng(make(), 1));
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.9);
  });
});

test("a spec with a property that does not work is complained of", () => {
  const spec: FigureSpec = {
    data: { values: [{ a: 1 }] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } },
  };
  expect(complaints(spec)).toEqual([expect.stringMatching(/zero.*log/)]);
});
