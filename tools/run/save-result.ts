import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namedFigures, saveFigure } from "../notebook/named-figures";
import { writeAtomic } from "../common/write-atomic";
import { serializeNotebook } from "../notebook/write";
import type { RunResult } from "../execution/run-notebook";
import type { PlannedRun } from "./plan";

/** Where to write results. */
export interface Destination {
  readonly out?: string;
  readonly inPlace: boolean;
}

/** The files that were written. */
export interface Saved {
  /** The executed notebook, possibly partial. */
  readonly notebook?: string;
  readonly figures: readonly string[];
}

/** The path for the executed notebook; a failed one never replaces the original. */
function notebookPath(
  { path, name }: PlannedRun,
  failed: boolean,
  { out, inPlace }: Destination,
): string | undefined {
  if (inPlace && !failed) return path;
  if (out !== undefined) return join(out, `${name}.ipynb`);
  return failed ? join(mkdtempSync(join(tmpdir(), "latent-failed-")), `${name}.ipynb`) : undefined;
}

/**
 * Writes the executed notebook (`OUT/NAME.ipynb`, or in place) and its named figures (`OUT/NAME/FIGURE.png`,
 * `.svg`, `.vl.json`). The partial result of a failed notebook goes to OUT, or to a temporary folder without
 * OUT.
 *
 * @throws if a file cannot be written or a figure cannot be drawn.
 */
export async function saveResult(
  planned: PlannedRun,
  result: RunResult,
  destination: Destination,
): Promise<Saved> {
  const { notebook, failure } = result;
  const file = notebookPath(planned, failure !== undefined, destination);
  if (file !== undefined) writeAtomic(file, serializeNotebook(notebook));
  const figures: string[] = [];
  if (destination.out !== undefined && !failure)
    for (const figure of namedFigures(notebook))
      figures.push(...(await saveFigure(figure, join(destination.out, planned.name))));
  return { ...(file === undefined ? {} : { notebook: file }), figures };
}
