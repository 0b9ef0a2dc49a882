import { basename, join, relative } from "node:path";
import { namedFigures, saveFigure, type NamedFigure } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import type { Notebook } from "../notebook/document";
import { headingOf } from "./headings";
import { indexPage, type IndexFigure, type IndexSection } from "./index-page";

/** An executed notebook with its path. */
export interface ExecutedNotebook {
  readonly path: string;
  readonly notebook: Notebook;
}

function extensionOf(file: string): string {
  return basename(file).replace(/^[^.]*\./, "");
}

function altOf({ data, name }: NamedFigure): string {
  const text = data["text/plain"];
  return typeof text === "string" ? text : name;
}

async function writeFigure(figure: NamedFigure, folder: string, out: string): Promise<IndexFigure> {
  const files = await saveFigure(figure, folder);
  return {
    name: figure.name,
    alt: altOf(figure),
    ...(figure.slide === undefined ? {} : { slide: figure.slide }),
    files: Object.fromEntries(
      files.map((file) => [extensionOf(file), relative(out, file).replaceAll("\\", "/")]),
    ),
  };
}

async function writeSection({ path, notebook }: ExecutedNotebook, out: string): Promise<IndexSection> {
  const name = basename(path, ".ipynb");
  const figures: IndexFigure[] = [];
  for (const figure of namedFigures(notebook)) figures.push(await writeFigure(figure, join(out, name), out));
  return { ...headingOf(notebook, name), notebook: name, figures };
}

/**
 * Writes the named figures of executed notebooks (`OUT/NOTEBOOK/FIGURE.png`, `.svg`, `.vl.json`) and a page
 * that shows them (`OUT/index.html`).
 *
 * @returns the number of figures of each notebook.
 * @throws if two figures of a notebook have the same name, or a figure was not drawn, with the path of the
 * notebook.
 */
export async function writeFigures(
  sources: readonly ExecutedNotebook[],
  out: string,
): Promise<readonly number[]> {
  const sections: IndexSection[] = [];
  for (const source of sources) {
    try {
      sections.push(await writeSection(source, out));
    } catch (error) {
      throw new Error(`${source.path}: ${(error as Error).message}`, { cause: error });
    }
  }
  writeAtomic(join(out, "index.html"), indexPage(sections.filter(({ figures }) => figures.length > 0)));
  return sections.map(({ figures }) => figures.length);
}
