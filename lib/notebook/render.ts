import { createRequire } from "node:module";
import type { TopLevelSpec } from "vega-lite";
import { messageOf } from "./kernel-hook";

/**
 * Draws a spec as PNG.
 *
 * @param scale pixels of the file for one pixel of the figure.
 * @throws when the spec does not compile.
 */
export async function renderPng(spec: TopLevelSpec, scale = 2): Promise<Buffer> {
  const view = await viewOf(spec);
  try {
    const canvas = (await view.toCanvas(scale)) as unknown as NodeCanvas;
    return await canvas.encode("png");
  } finally {
    view.finalize();
  }
}

/** Draws a spec as SVG, text kept as text. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  const view = await viewOf(spec);
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The part of @napi-rs/canvas that vega's browser types do not know. */
interface NodeCanvas {
  encode(format: "png"): Promise<Buffer>;
}

async function viewOf(spec: TopLevelSpec) {
  const [{ View, parse }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  await registerFonts();
  return new View(parse(compile(spec).spec), { renderer: "none" });
}

let registered: Promise<void> | undefined;

const registerFonts = (): Promise<void> => (registered ??= register());

async function register(): Promise<void> {
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
      `renderPng: the drawing library @napi-rs/canvas does not load (${messageOf(error)}); run \`npm ci\` in the checkout`,
      { cause: error },
    );
  }
}
