import { join } from "node:path";
import { writeAtomic } from "../common/write-atomic";
import type { Bundle, Notebook } from "./document";
import type { Json } from "./json";

/** A display with a name: `display(spec, { name: "elbo-curve" })`. */
export interface NamedFigure {
  readonly name: string;
  readonly data: Bundle;
  /** Why it could not be drawn; absent if it was drawn. */
  readonly error?: string;
  /** The slide that it reproduces, if the notebook names one. */
  readonly slide?: string;
}

/** The MIME type of a Vega-Lite spec. */
export const VEGA_LITE = "application/vnd.vegalite.v5+json";
/** Pixels of the PNG per pixel of the figure. */
const PNG_SCALE = 2;

/** The library's renderer of Vega-Lite specs. */
export interface Renderer {
  readonly renderPng: (spec: unknown, scale?: number) => Promise<Buffer>;
  readonly renderSvg: (spec: unknown) => Promise<string>;
}

/** Loads the renderer on demand, because loading it is slow. */
export async function loadRenderer(): Promise<Renderer> {
  const path = "latent/notebook"; // a variable, so that the compiler does not need the library
  return (await import(path)) as Renderer;
}

/**
 * The named figures of an executed notebook, in order.
 *
 * @throws if two figures have the same name, or a name cannot be a file name.
 */
export function namedFigures({ cells }: Notebook): NamedFigure[] {
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
      throw new Error(`the figure name "${name}" cannot be a file name; use letters, digits and -`);
    if (names.indexOf(name) !== index) throw new Error(`two figures are named "${name}"; rename one of them`);
  }
  return figures;
}

/**
 * Writes a figure as PNG, SVG and spec, or only as PNG if it has no spec.
 *
 * @returns the paths of the files written.
 * @throws if the figure was not drawn, or has neither a spec nor a PNG.
 */
export async function saveFigure({ name, data, error }: NamedFigure, folder: string): Promise<string[]> {
  if (error !== undefined) throw new Error(`the figure "${name}" could not be drawn: ${error}`);
  const path = (extension: string): string => join(folder, `${name}.${extension}`);
  const spec = data[VEGA_LITE];
  const png = data["image/png"];
  const drawn = typeof png === "string" ? Buffer.from(png, "base64") : undefined;
  if (spec === undefined) {
    if (!drawn) throw new Error(`the figure "${name}" has neither a Vega-Lite spec nor a PNG`);
    writeAtomic(path("png"), drawn);
    return [path("png")];
  }
  const { renderPng, renderSvg } = await loadRenderer();
  writeAtomic(path("vl.json"), `${JSON.stringify(spec, undefined, 2)}\n`);
  writeAtomic(path("svg"), await renderSvg(spec));
  writeAtomic(path("png"), drawn ?? (await renderPng(spec, PNG_SCALE)));
  return [path("vl.json"), path("svg"), path("png")];
}
