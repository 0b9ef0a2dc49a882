import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { hasTag, smokeParameters } from "../../notebook/document";
import { readNotebook } from "../../notebook/read";
import { injectedSource, PARAMETERS_TAG, type Overrides } from "../../notebook/parameters";

/** A cell to run after a parameters cell, with a notice for the user. */
export interface SmokeCell {
  readonly source: string;
  readonly notice: string;
}

interface SmokeNotebook {
  readonly parameters: string;
  readonly overrides: Overrides;
}

function normalize(source: string): string {
  return source.replace(/\r\n?/g, "\n").trim();
}

function readSmokeNotebook(path: string): SmokeNotebook[] {
  try {
    const notebook = readNotebook(path);
    const overrides = smokeParameters(notebook);
    const cell = notebook.cells.find((c) => hasTag(c, PARAMETERS_TAG));
    return overrides && cell ? [{ parameters: normalize(cell.source), overrides }] : [];
  } catch {
    return []; // a notebook in another language, or one that is being written
  }
}

/**
 * The notebooks in `folder` that have a smoke mode, starting with the one that this kernel was started for.
 */
function readSmokeNotebooks(folder: string): SmokeNotebook[] {
  const own = basename(process.env["JPY_SESSION_NAME"] ?? "");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort((a, b) => Number(b === own) - Number(a === own) || (a < b ? -1 : 1))
    .flatMap(readSmokeNotebook);
}

let smokeNotebooks: SmokeNotebook[] | undefined;

/**
 * The cell that sets a notebook's smoke parameters, if LATENT_SMOKE is 1 and `code` is the parameters cell of
 * a notebook in the current folder. It applies the smoke mode for other clients (JupyterLab, nbclient).
 */
export function smokeCell(code: string): SmokeCell | undefined {
  if (process.env["LATENT_SMOKE"] !== "1") return undefined;
  smokeNotebooks ??= readSmokeNotebooks(process.cwd());
  const source = normalize(code);
  const found = smokeNotebooks.find(({ parameters }) => parameters === source);
  if (!found) return undefined;
  const values = Object.entries(found.overrides).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return {
    source: injectedSource(source, found.overrides),
    notice: `LATENT_SMOKE=1: smoke mode with ${values.join(", ")}`,
  };
}
