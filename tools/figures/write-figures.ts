import { basename, join, relative } from "node:path";
import { namedFigures, saveFigure, type NamedFigure } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import type { Notebook } from "../notebook/document";
import { headingOf } from "./headings";
import { indexPage, type IndexFigure, type IndexSection } from "./index-page";

/** An executed notebook with its place. */
export interface ExecutedNotebook {
  readonly path: string;
  readonly notebook: Notebook;
}

const extensionOf = (file: string): string => basename(file).replace(/^[^.]*\./, "");

const altOf = ({ data, name }: NamedFigure): string => {
  const text = data["text/plain"];
  return typeof text === "string" ? text : name;
};

const writeFigure = async (figure: NamedFigure, folder: string, out: string): Promise<IndexFigure> => {
  const files = await saveFigure(figure, folder);
  return {
    name: figure.name,
    alt: altOf(figure),
    ...(figure.slide === undefined ? {} : { slide: figure.slide }),
    files: Object.fromEntries(
      files.map((file) => [extensionOf(file), relative(out, file).replaceAll("\\", "/")]),
    ),
  };
};

const writeSection = async ({ path, notebook }: ExecutedNotebook, out: string): Promise<IndexSection> => {
  const name = basename(path, ".ipynb");
  const figures: IndexFigure[] = [];
  for (const figure of namedFigures(notebook)) figures.push(await writeFigure(figure, join(out, name), out));
  return { ...headingOf(notebook, name), notebook: name, figures };
};

/**
 * Writes every named figure of executed notebooks (`OUT/NOTEBOOK/FIGURE.png`, `.svg`, `.vl.json`) and the page that
 * shows them (`OUT/index.html`).
 *
 * @returns how many figures each notebook has, in their order.
 * @throws naming the notebook, when a figure's name is taken twice, or a figure was not drawn.
 */
export const writeFigures = async (
  sources: readonly ExecutedNotebook[],
  out: string,
): Promise<readonly number[]> => {
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
};
