import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { hasTag, smokeParameters } from "../../notebook/document";
import { readNotebook } from "../../notebook/read";
import { injectedSource, PARAMETERS_TAG, type Overrides } from "../../notebook/parameters";

/** A cell to run after a parameters cell, and what the learner is told about it. */
export interface SmokeCell {
  readonly source: string;
  readonly notice: string;
}

interface Known {
  readonly parameters: string;
  readonly overrides: Overrides;
}

const normalise = (source: string): string => source.replace(/\r\n?/g, "\n").trim();

const readKnown = (path: string): Known[] => {
  try {
    const notebook = readNotebook(path);
    const overrides = smokeParameters(notebook);
    const cell = notebook.cells.find((c) => hasTag(c, PARAMETERS_TAG));
    return overrides && cell ? [{ parameters: normalise(cell.source), overrides }] : [];
  } catch {
    return []; // another language's notebook, or one that is being written
  }
};

/** The notebooks in `folder` that have a smoke mode; first the one that this kernel was started for. */
const readNotebooks = (folder: string): Known[] => {
  const own = basename(process.env["JPY_SESSION_NAME"] ?? "");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort((a, b) => Number(b === own) - Number(a === own) || (a < b ? -1 : 1))
    .flatMap(readKnown);
};

let known: Known[] | undefined;

/**
 * With LATENT_SMOKE=1 in the environment, and `code` the parameters cell of a notebook in the current folder: the
 * cell that sets that notebook's smoke parameters. So a foreign client (JupyterLab, nbclient) runs it small, too.
 */
export const smokeCell = (code: string): SmokeCell | undefined => {
  if (process.env["LATENT_SMOKE"] !== "1") return undefined;
  known ??= readNotebooks(process.cwd());
  const source = normalise(code);
  const found = known.find(({ parameters }) => parameters === source);
  if (!found) return undefined;
  const values = Object.entries(found.overrides).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return {
    source: injectedSource(source, found.overrides),
    notice: `LATENT_SMOKE=1: smoke mode with ${values.join(", ")}`,
  };
};
