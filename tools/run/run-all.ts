import type { TimeLimits } from "../execution/time-limits";
import { formatFailure } from "../execution/run-failure";
import { runNotebook, type RunResult } from "../execution/run-notebook";
import type { PlannedRun } from "./plan";
import type { Row } from "./result-table";
import { saveResult, type Destination } from "./save-result";

/** How notebooks are run together. */
export interface RunAllOptions extends Destination {
  readonly limits: TimeLimits;
  /** How many run at the same time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Called with a line to show. */
  readonly say: (line: string) => void;
}

const tryToSave = async (
  planned: PlannedRun,
  result: RunResult,
  options: RunAllOptions,
): Promise<RunResult> => {
  try {
    const saved = await saveResult(planned, result, options);
    if (saved.notebook !== undefined)
      options.say(
        `${planned.path}: ${result.failure ? "what ran of it is in" : "written to"} ${saved.notebook}`,
      );
    if (saved.figures.length > 0)
      options.say(`${planned.path}: ${saved.figures.length} files of figures written`);
    return result;
  } catch (error) {
    return { ...result, failure: result.failure ?? { kind: "figure", message: (error as Error).message } };
  }
};

const runOne = async (planned: PlannedRun, options: RunAllOptions): Promise<Row> => {
  const { path, notebook, note } = planned;
  const { say, limits, signal } = options;
  if (note !== undefined) say(`${path} ${note}`);
  const result = await runNotebook(notebook, path, {
    limits,
    signal,
    environment: { LATENT_SMOKE: "" }, // the parameters are in the notebook already
    onProgress: ({ cell, cells, seconds, passed }) => {
      say(`${path}: cell ${cell}/${cells} ${passed ? "passed" : "failed"} in ${seconds.toFixed(1)} s`);
    },
  });
  const { failure, ...rest } = await tryToSave(planned, result, options);
  if (failure) say(formatFailure(path, failure));
  return { path, ...rest, ...(failure ? { failure } : {}) };
};

/** Runs notebooks, several at a time if asked; the rows are in the order of the notebooks. */
export const runAll = async (planned: readonly PlannedRun[], options: RunAllOptions): Promise<Row[]> => {
  const rows: Row[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < planned.length && !options.signal.aborted; index = next++) {
      const notebook = planned[index];
      if (notebook) rows[index] = await runOne(notebook, options);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return rows.filter(Boolean);
};
