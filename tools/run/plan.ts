import { basename } from "node:path";
import { smokeParameters, type Notebook } from "../notebook/document";
import { readNotebook } from "../notebook/read";
import type { Overrides } from "../notebook/parameters";
import { withParameters } from "../notebook/with-parameters";

/** What the person asked for. */
export interface RunRequest {
  readonly paths: readonly string[];
  readonly out?: string;
  readonly inPlace: boolean;
  readonly parameters: Overrides;
  readonly smoke: boolean;
}

/** A notebook that is ready to run. */
export interface PlannedRun {
  readonly path: string;
  /** The file's name without `.ipynb`; what its results are called. */
  readonly name: string;
  readonly notebook: Notebook;
  /** Something to know before it runs. */
  readonly note?: string;
}

const nameOf = (path: string): string => basename(path, ".ipynb");

const planOne = (path: string, { parameters, smoke }: RunRequest): PlannedRun => {
  const notebook = readNotebook(path);
  const note = "has no smoke parameters (latent.smoke in its metadata), so it runs in full";
  try {
    return {
      path,
      name: nameOf(path),
      notebook: withParameters(notebook, { parameters, smoke }),
      ...(smoke && !smokeParameters(notebook) ? { note } : {}),
    };
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
};

const checkRequest = ({ paths, out, inPlace, parameters, smoke }: RunRequest): void => {
  if (inPlace && (smoke || Object.keys(parameters).length > 0))
    throw new Error(
      "--in-place keeps the notebook as it is, so it cannot go with -p or --smoke; use --out DIR",
    );
  const names = paths.map(nameOf);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (out !== undefined && double !== undefined)
    throw new Error(`--out: two notebooks are called ${double}; run them one by one, or rename one`);
};

/**
 * Reads and checks everything before anything runs.
 *
 * @throws one error that names every notebook which cannot be run, and why.
 */
export const planRuns = (request: RunRequest): PlannedRun[] => {
  checkRequest(request);
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
};
