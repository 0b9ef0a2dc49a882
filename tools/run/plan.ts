import { basename } from "node:path";
import { smokeParameters, type Notebook } from "../notebook/document";
import { readNotebook } from "../notebook/read";
import type { Overrides } from "../notebook/parameters";
import { DEFAULT_PRESET } from "../notebook/presets";
import { withParameters } from "../notebook/with-parameters";

/** The arguments of `latent run`. */
export interface RunRequest {
  readonly paths: readonly string[];
  readonly out?: string;
  readonly inPlace: boolean;
  readonly parameters: Overrides;
  readonly smoke: boolean;
  /** The name of a preset of each notebook. */
  readonly preset?: string;
}

/** A notebook that is ready to run. */
export interface PlannedRun {
  readonly path: string;
  /** The file name without `.ipynb`, which names the results. */
  readonly name: string;
  readonly notebook: Notebook;
  /** A note to print before it runs. */
  readonly note?: string;
}

function nameOf(path: string): string {
  return basename(path, ".ipynb");
}

function planOne(path: string, { parameters, smoke, preset }: RunRequest): PlannedRun {
  const notebook = readNotebook(path);
  const note = "has no smoke parameters (latent.smoke in its metadata); it runs with its full parameters";
  try {
    return {
      path,
      name: nameOf(path),
      notebook: withParameters(notebook, { parameters, smoke, ...(preset === undefined ? {} : { preset }) }),
      ...(smoke && !smokeParameters(notebook) ? { note } : {}),
    };
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function validateRequest({ paths, out, inPlace, parameters, smoke, preset }: RunRequest): void {
  if (smoke && preset !== undefined)
    throw new Error("--smoke cannot be combined with --preset; use --preset smoke, or leave one out");
  const changes =
    smoke || (preset ?? DEFAULT_PRESET) !== DEFAULT_PRESET || Object.keys(parameters).length > 0;
  if (inPlace && changes)
    throw new Error(
      "--in-place cannot be combined with -p, --smoke or --preset, which change the notebook; use --out DIR",
    );
  const names = paths.map(nameOf);
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (out !== undefined && duplicate !== undefined)
    throw new Error(`--out: two notebooks are named ${duplicate}; run them separately, or rename one`);
}

/**
 * Reads and validates all notebooks before any of them runs.
 *
 * @throws one error that lists every notebook that cannot be run, with the reason.
 */
export function planRuns(request: RunRequest): PlannedRun[] {
  validateRequest(request);
  const planned: PlannedRun[] = [];
  const problems: string[] = [];
  for (const path of request.paths) {
    try {
      planned.push(planOne(path, request));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return planned;
}
