import { kernel, type MimeBundle } from "./kernel-hook";
import { renderPng } from "./render";
import type { FigureSpec } from "../plot";

/** How a figure is known and described. */
export interface DisplayOptions {
  /** In kebab-case, for example `elbo-curve`: `latent run` saves named figures under this name. */
  readonly name?: string;
  /** What it shows, for people who do not see it; by default the spec's own description. */
  readonly alt?: string;
  /** The slide that it reproduces, for example `Part 2: the variational approximation`; `latent figures` names it. */
  readonly slide?: string;
}

/** Pixels of the PNG for one pixel of the figure: sharp on dense screens and in print. */
const pngScale = 2;

/**
 * Shows a figure: interactive in JupyterLab, as a picture on GitHub and in viewers without JavaScript, as a sentence
 * where there are no pictures. In a plain Node process it prints that sentence.
 *
 * @throws when the name is not in kebab-case, or the spec does not compile.
 */
export async function display(spec: FigureSpec, options: DisplayOptions = {}): Promise<void> {
  checkName("display", options.name);
  const hook = kernel();
  if (hook === undefined) console.log(plainLine(spec, options));
  else hook.display(await fullBundle(spec, options), false);
}

/** Checks the name of a figure. */
export function checkName(caller: string, name: string | undefined): void {
  if (name !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new Error(
      `${caller}: name must be in kebab-case, got "${name}"; write it as in "elbo-curve", for it becomes a file name`,
    );
}

/** What stands for the figure in a plain Node process. */
export const plainLine = (spec: FigureSpec, options: DisplayOptions): string =>
  `[figure${options.name === undefined ? "" : ` ${options.name}`}] ${altText(spec, options)}`;

/** The figure for viewers that run Vega-Lite, without a picture: quick enough for an update a fifth of a second. */
export const quickBundle = (spec: FigureSpec, options: DisplayOptions): MimeBundle => ({
  data: { "application/vnd.vegalite.v5+json": spec, "text/plain": altText(spec, options) },
  metadata: named(options),
});

/** The figure in all its formats. An HTML or SVG form would hide the interactive one in JupyterLab. */
export async function fullBundle(spec: FigureSpec, options: DisplayOptions): Promise<MimeBundle> {
  const png = await renderPng(spec, pngScale);
  const { data, metadata } = quickBundle(spec, options);
  return {
    data: { ...data, "image/png": png.toString("base64") },
    metadata: { ...metadata, "image/png": pngSize(png) },
  };
}

/** The size to show the picture at, from the file's header. */
const pngSize = (png: Buffer) => ({
  width: Math.round(png.readUInt32BE(16) / pngScale),
  height: Math.round(png.readUInt32BE(20) / pngScale),
});

const named = ({ name, slide }: DisplayOptions) =>
  name === undefined ? {} : { latent: { name, ...(slide === undefined ? {} : { slide }) } };

const altText = (spec: FigureSpec, { name, alt }: DisplayOptions): string =>
  alt ?? spec.description ?? name ?? "a figure";
