import { createRequire } from "node:module";
import type { TopLevelSpec } from "vega-lite";
import { messageOf } from "./kernel-hook";

/**
 * Renders a Vega-Lite spec as a PNG file.
 *
 * @param scale PNG pixels per figure pixel; 2 by default.
 * @throws if the spec does not compile.
 */
export async function renderPng(spec: TopLevelSpec, scale = 2): Promise<Buffer> {
  const view = await createView(spec);
  try {
    const canvas = (await view.toCanvas(scale)) as unknown as NodeCanvas;
    return await canvas.encode("png");
  } finally {
    view.finalize();
  }
}

/**
 * Renders a Vega-Lite spec as SVG; text stays text.
 *
 * @throws if the spec does not compile.
 */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = await createView(spec);
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The method of @napi-rs/canvas that Vega's types, written for browsers, lack. */
interface NodeCanvas {
  encode(format: "png"): Promise<Buffer>;
}

async function createView(spec: TopLevelSpec) {
  const [{ View, parse }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  await registerFonts();
  return new View(parse(compile(spec).spec), { renderer: "none" });
}

let registration: Promise<void> | undefined;

function registerFonts(): Promise<void> {
  return (registration ??= registerDejaVu());
}

async function registerDejaVu(): Promise<void> {
  const { GlobalFonts } = await loadCanvas();
  const { resolve } = createRequire(__filename);
  for (const face of ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
    GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${face}`), "DejaVu Sans");
}

async function loadCanvas() {
  try {
    return await import("canvas");
  } catch (error) {
    throw new Error(
      `renderPng: cannot load the drawing library @napi-rs/canvas (${messageOf(error)}); ` +
        "run `npm ci` in the checkout",
      { cause: error },
    );
  }
}
