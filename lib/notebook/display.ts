import { kernelHook, type MimeBundle } from "./kernel-hook";
import { renderPng } from "./render";
import type * as tf from "@tensorflow/tfjs";
import { isTensor } from "../core/tensor/containers";
import { showShape } from "../core/tensor/shape";
import { imageGrid, type FigureSpec } from "../plot";

/** Name, alternative text and source of a displayed figure. */
export interface DisplayOptions {
  /** In kebab-case, for example `elbo-curve`; `latent run` saves named figures to files with this name. */
  readonly name?: string;
  /** Alternative text for readers who cannot see the figure; the spec's description by default. */
  readonly alt?: string;
  /**
   * The slide that the figure reproduces, for example `Part 2: the variational approximation`; used by
   * `latent figures`.
   */
  readonly slide?: string;
}

/** PNG pixels per figure pixel, for high-density screens and print. */
const PNG_SCALE = 2;

/**
 * Displays a figure: as an interactive chart in JupyterLab, as a PNG on GitHub and in viewers without
 * JavaScript, and as its alternative text elsewhere. Outside Jupyter it logs the alternative text.
 *
 * @param figure a figure, or a tensor [H, W] or [H, W, 3] with values in [0, 1], which is shown as an image.
 * @throws if the name is not in kebab-case, the spec does not compile, or the tensor is no such image.
 */
export async function display(figure: FigureSpec | tf.Tensor, options: DisplayOptions = {}): Promise<void> {
  checkFigureName("display", options.name);
  const spec = isTensor(figure) ? await imageFigure(figure) : figure;
  const hook = kernelHook();
  if (hook === undefined) console.log(consoleText(spec, options));
  else hook.display(await completeBundle(spec, options), false);
}

/** Returns an image as a figure. */
async function imageFigure(image: tf.Tensor): Promise<FigureSpec> {
  const [height = 0, width = 0, channels] = image.shape;
  const isImage = image.rank === 2 || (image.rank === 3 && channels === 3);
  if (!isImage || image.size === 0)
    throw new Error(
      `display: a tensor must be an image [H, W] or [H, W, 3], got ${showShape(image.shape)}; ` +
        "take one image of a batch, or write the tensor as the last line of the cell",
    );
  const pixels = await image.data();
  const outside = pixels.find((x) => !(x >= -ROUNDING && x <= 1 + ROUNDING));
  if (outside !== undefined)
    throw new Error(
      `display: an image must have values in [0, 1], got ${outside}; divide bytes by 255, or clip the values`,
    );
  const spec = imageGrid(pixels, {
    shape: channels === 3 ? [height, width, 3] : [height, width],
    scale: Math.max(1, Math.round(IMAGE_SIZE / Math.max(height, width))),
  });
  return { ...spec, description: `an image of ${height} by ${width} pixels` };
}

/** The size in screen pixels to which small images are enlarged. */
const IMAGE_SIZE = 192;

/** Values outside [0, 1] by so little round to the same byte. */
const ROUNDING = 1 / 510;

/** Throws if a figure's name is not in kebab-case. */
export function checkFigureName(caller: string, name: string | undefined): void {
  if (name !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new Error(
      `${caller}: name must be in kebab-case, got "${name}"; ` +
        'it becomes a file name, write it like "elbo-curve"',
    );
}

/** Returns the line that is logged for a figure outside Jupyter. */
export function consoleText(spec: FigureSpec, options: DisplayOptions): string {
  return `[figure${options.name === undefined ? "" : ` ${options.name}`}] ${altText(spec, options)}`;
}

/**
 * Returns the figure without a PNG, for viewers that run Vega-Lite: fast enough for several updates per
 * second.
 */
export function interactiveBundle(spec: FigureSpec, options: DisplayOptions): MimeBundle {
  return {
    data: { "application/vnd.vegalite.v5+json": spec, "text/plain": altText(spec, options) },
    metadata: nameMetadata(options),
  };
}

/**
 * Returns the figure in all formats; no HTML or SVG, because JupyterLab would show it in place of the chart.
 */
export async function completeBundle(spec: FigureSpec, options: DisplayOptions): Promise<MimeBundle> {
  const png = await renderPng(spec, PNG_SCALE);
  const { data, metadata } = interactiveBundle(spec, options);
  return {
    data: { ...data, "image/png": png.toString("base64") },
    metadata: { ...metadata, "image/png": displaySize(png) },
  };
}

/** The size to display a PNG at, in CSS pixels, from its IHDR chunk. */
function displaySize(png: Buffer) {
  return {
    width: Math.round(png.readUInt32BE(16) / PNG_SCALE),
    height: Math.round(png.readUInt32BE(20) / PNG_SCALE),
  };
}

function nameMetadata({ name, slide }: DisplayOptions) {
  return name === undefined ? {} : { latent: { name, ...(slide === undefined ? {} : { slide }) } };
}

function altText(spec: FigureSpec, { name, alt }: DisplayOptions): string {
  return alt ?? spec.description ?? name ?? "a figure";
}
