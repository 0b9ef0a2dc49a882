import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import type { Bundle, Notebook } from "./document";
import type { Json } from "./json";

/** A display that a notebook has given a name: `display(spec, { name: "elbo-curve" })`. */
export interface NamedFigure {
  readonly name: string;
  readonly data: Bundle;
  /** Why it could not be drawn, where it could not. */
  readonly error?: string;
  /** The slide that it reproduces, where the notebook says so. */
  readonly slide?: string;
}

/** The MIME type of a figure's spec. */
export const VEGA_LITE = "application/vnd.vegalite.v5+json";
const PIXELS = 2;

/** Draws a Vega-Lite spec; `latent`'s own, which the course's figures are drawn with. */
export interface Renderer {
  readonly renderPng: (spec: unknown, scale?: number) => Promise<Buffer>;
  readonly renderSvg: (spec: unknown) => Promise<string>;
}

/** Loads the renderer; only then, for it takes its time. */
export const loadRenderer = async (): Promise<Renderer> => {
  const path = "latent/notebook"; // not known to the compiler: tools are built without the library
  return (await import(path)) as Renderer;
};

/**
 * The named figures of an executed notebook, in order.
 *
 * @throws when two have the same name, or a name is no file name.
 */
export const namedFigures = ({ cells }: Notebook): NamedFigure[] => {
  const figures = cells.flatMap(({ outputs = [] }) =>
    outputs.flatMap((output) => {
      if (output.output_type !== "display_data" && output.output_type !== "execute_result") return [];
      const { name, error, slide } = (output.metadata["latent"] ?? {}) as Json;
      if (typeof name !== "string") return [];
      return [
        {
          name,
          data: output.data,
          ...(typeof error === "string" ? { error } : {}),
          ...(typeof slide === "string" ? { slide } : {}),
        },
      ];
    }),
  );
  const names = figures.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (!/^\w[\w-]*$/.test(name))
      throw new Error(`the figure's name "${name}" is no file name; use letters, digits and -`);
    if (names.indexOf(name) !== index)
      throw new Error(`two figures are named "${name}"; each needs a name of its own`);
  }
  return figures;
};

/**
 * Writes a figure as PNG, SVG and spec; of one that is only a picture, the picture.
 *
 * @returns the files written.
 * @throws when it was not drawn, or holds neither a spec nor a picture.
 */
export const saveFigure = async ({ name, data, error }: NamedFigure, folder: string): Promise<string[]> => {
  if (error !== undefined) throw new Error(`the figure "${name}" could not be drawn: ${error}`);
  const path = (extension: string): string => join(folder, `${name}.${extension}`);
  const spec = data[VEGA_LITE];
  const picture = data["image/png"];
  const drawn = typeof picture === "string" ? Buffer.from(picture, "base64") : undefined;
  if (spec === undefined) {
    if (!drawn) throw new Error(`the figure "${name}" has neither a Vega-Lite spec nor a PNG`);
    writeAtomic(path("png"), drawn);
    return [path("png")];
  }
  const { renderPng, renderSvg } = await loadRenderer();
  writeAtomic(path("vl.json"), `${JSON.stringify(spec, undefined, 2)}\n`);
  writeAtomic(path("svg"), await renderSvg(spec));
  writeAtomic(path("png"), drawn ?? (await renderPng(spec, PIXELS)));
  return [path("vl.json"), path("svg"), path("png")];
};
