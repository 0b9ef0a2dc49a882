import { createCanvas, loadImage } from "canvas";
import { logger as makeLogger, Warn } from "vega";
import { compile } from "vega-lite";
import { describe, expect, test } from "vitest";
import { renderPng } from "latent/notebook";
import type { FigureSpec } from "latent/plot";
import { examples } from "./examples";
import { outline } from "./outline";

/** Returns the warnings of Vega-Lite while it compiles a spec. */
function compileWarnings(spec: FigureSpec): string[] {
  const warnings: string[] = [];
  const logger = makeLogger(Warn, undefined, (_method, level, input) => {
    warnings.push(`${level} ${Array.from(input, String).join(" ")}`);
  });
  compile(spec, { logger });
  return warnings;
}

/** Returns the share of the picture's pixels that are not white. */
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
    expect(compileWarnings(make())).toEqual([]);
  });

  test("is deterministic and plain JSON", () => {
    expect(JSON.parse(JSON.stringify(make()))).toEqual(make());
  });

  test("has a description", () => {
    expect(make().description).toMatch(/\w{4,}/);
  });

  test("draws the marks and channels of its snapshot", () => {
    expect(outline(make())).toMatchSnapshot();
  });

  test("draws something on white", async () => {
    const share = await inkShare(await renderPng(make(), 1));
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.9);
  });
});

test("compileWarnings reports a property without effect", () => {
  const spec: FigureSpec = {
    data: { values: [{ a: 1 }] },
    mark: "point",
    encoding: { x: { field: "a", type: "quantitative", scale: { type: "log", zero: true } } },
  };
  expect(compileWarnings(spec)).toEqual([expect.stringMatching(/zero.*log/)]);
});
