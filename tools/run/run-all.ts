import type { TimeLimits } from "../execution/time-limits";
import { formatFailure } from "../execution/run-failure";
import { runNotebook, type RunResult } from "../execution/run-notebook";
import type { PlannedRun } from "./plan";
import type { Row } from "./result-table";
import { saveResult, type Destination } from "./save-result";

/** Options for running several notebooks. */
export interface RunAllOptions extends Destination {
  readonly limits: TimeLimits;
  /** The number of notebooks that run at the same time. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Called with each line of progress. */
  readonly say: (line: string) => void;
}

async function tryToSave(planned: PlannedRun, result: RunResult, options: RunAllOptions): Promise<RunResult> {
  try {
    const saved = await saveResult(planned, result, options);
    if (saved.notebook !== undefined)
      options.say(
        `${planned.path}: ${result.failure ? "partial results in" : "written to"} ${saved.notebook}`,
      );
    if (saved.figures.length > 0)
      options.say(`${planned.path}: ${saved.figures.length} figure files written`);
    return result;
  } catch (error) {
    return { ...result, failure: result.failure ?? { kind: "figure", message: (error as Error).message } };
  }
}

async function runOne(planned: PlannedRun, options: RunAllOptions): Promise<Row> {
  const { path, notebook, note } = planned;
  const { say, limits, signal } = options;
  if (note !== undefined) say(`${path} ${note}`);
  const result = await runNotebook(notebook, path, {
    limits,
    signal,
    environment: { LATENT_SMOKE: "" }, // the notebook already has its parameters
    onProgress: ({ cell, cells, seconds, passed }) => {
      say(`${path}: cell ${cell}/${cells} ${passed ? "passed" : "failed"} in ${seconds.toFixed(1)} s`);
    },
  });
  const { failure, ...rest } = await tryToSave(planned, result, options);
  if (failure) say(formatFailure(path, failure));
  return { path, ...rest, ...(failure ? { failure } : {}) };
}

/** Runs notebooks, `jobs` at a time; the rows are in the order of the notebooks. */
export async function runAll(planned: readonly PlannedRun[], options: RunAllOptions): Promise<Row[]> {
  const rows: Row[] = [];
  let next = 0;
  const runNext = async (): Promise<void> => {
    for (let index = next++; index < planned.length && !options.signal.aborted; index = next++) {
      const notebook = planned[index];
      if (notebook) rows[index] = await runOne(notebook, options);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, runNext));
  return rows.filter(Boolean);
}
