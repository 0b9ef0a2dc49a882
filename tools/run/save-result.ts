import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namedFigures, saveFigure } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import { serializeNotebook } from "../notebook/write";
import type { RunResult } from "../execution/run-notebook";
import type { PlannedRun } from "./plan";

/** Where results go. */
export interface Destination {
  readonly out?: string;
  readonly inPlace: boolean;
}

/** What was written. */
export interface Saved {
  /** The executed notebook, or what there is of it. */
  readonly notebook?: string;
  readonly figures: readonly string[];
}

/** The file for the executed notebook; one that failed never takes the place of the original. */
const notebookPath = (
  { path, name }: PlannedRun,
  failed: boolean,
  { out, inPlace }: Destination,
): string | undefined => {
  if (inPlace && !failed) return path;
  if (out !== undefined) return join(out, `${name}.ipynb`);
  return failed ? join(mkdtempSync(join(tmpdir(), "latent-failed-")), `${name}.ipynb`) : undefined;
};

/**
 * Writes the executed notebook (`OUT/NAME.ipynb`, or in place) and its named figures (`OUT/NAME/FIGURE.png`, `.svg`,
 * `.vl.json`). What there is of a notebook that failed is kept, too: in OUT, or else in a temporary folder.
 *
 * @throws when a file cannot be written, or a figure cannot be drawn.
 */
export const saveResult = async (
  planned: PlannedRun,
  result: RunResult,
  destination: Destination,
): Promise<Saved> => {
  const { notebook, failure } = result;
  const file = notebookPath(planned, failure !== undefined, destination);
  if (file !== undefined) writeAtomic(file, serializeNotebook(notebook));
  const figures: string[] = [];
  if (destination.out !== undefined && !failure)
    for (const figure of namedFigures(notebook))
      figures.push(...(await saveFigure(figure, join(destination.out, planned.name))));
  return { ...(file === undefined ? {} : { notebook: file }), figures };
};
