import { dirname, resolve } from "node:path";
import { startKernel, type Kernel } from "../protocol/start-kernel";
import { runCell } from "./run-cell";
import type { TimeLimits } from "./time-limits";
import type { RunFailure } from "./run-failure";
import { isRunnable, type Cell, type Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { createOutputCollector, type OutputCollector } from "../notebook/output-collector";

/** What is told while a notebook runs. */
export interface CellProgress {
  /** The code cell that has just ended, counted from 1. */
  readonly cell: number;
  readonly cells: number;
  readonly seconds: number;
  readonly passed: boolean;
}

/** How a notebook is run. */
export interface RunOptions {
  readonly limits: TimeLimits;
  readonly onProgress?: (progress: CellProgress) => void;
  /** Ends the run, and the kernel, at once. */
  readonly signal?: AbortSignal;
  /** Added to the kernel's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked when a cell has failed with an error: whether the cells behind it run all the same. Never, by default. */
  readonly goesOn?: (failure: RunFailure, cell: Cell) => boolean;
}

/** How a run went. */
export interface RunResult {
  /** The notebook with the outputs of every cell that ran. */
  readonly notebook: Notebook;
  /** What ended the run; absent when every cell passed, or was allowed to fail. */
  readonly failure?: RunFailure;
  /** Code cells that passed, and how many there are. */
  readonly passed: number;
  readonly cells: number;
  readonly seconds: number;
  /** Bytes; undefined where the system does not say. */
  readonly peakMemory?: number | undefined;
}

const seconds = (since: number): number => (performance.now() - since) / 1000;

/** The notebook with the outputs of its first `reached` runnable cells. */
const withOutputs = (notebook: Notebook, collector: OutputCollector, reached: number): Notebook => {
  let number = 0;
  const cells = notebook.cells.map((cell) => {
    if (!isRunnable(cell)) return cell;
    number += 1;
    return number <= reached
      ? { ...cell, outputs: collector.outputs(number), execution_count: number }
      : cell;
  });
  return { ...notebook, cells };
};

const withLanguage = (notebook: Notebook, info: Json): Notebook => ({
  ...notebook,
  metadata: { ...notebook.metadata, language_info: info["language_info"] },
});

interface CellsRun {
  readonly failure: RunFailure | undefined;
  readonly reached: number;
  readonly passed: number;
  readonly peakMemory: number | undefined;
}

/** Runs the cells in order until one does not pass, and the run does not go on without it. */
const runCells = async (
  cells: readonly Cell[],
  kernel: Kernel,
  collector: OutputCollector,
  started: number,
  { limits, onProgress, signal, goesOn }: RunOptions,
): Promise<CellsRun> => {
  const execution = { kernel, collector, limits, started, signal };
  let peakMemory = kernel.peakMemory();
  let passed = 0;
  for (const [index, cell] of cells.entries()) {
    const number = index + 1;
    const before = performance.now();
    const failure = await runCell(execution, cell, number);
    peakMemory = kernel.peakMemory() ?? peakMemory;
    onProgress?.({ cell: number, cells: cells.length, seconds: seconds(before), passed: !failure });
    if (!failure) passed += 1;
    else if (failure.kind !== "error" || goesOn?.(failure, cell) !== true)
      return { failure, reached: number, passed, peakMemory };
  }
  return { failure: undefined, reached: cells.length, passed, peakMemory };
};

/**
 * Runs a notebook from top to bottom in a kernel of its own, in the notebook's folder.
 *
 * Failures of the notebook are part of the result; the kernel has ended in any case.
 *
 * @param path where the notebook lies.
 */
export const runNotebook = async (
  notebook: Notebook,
  path: string,
  options: RunOptions,
): Promise<RunResult> => {
  const started = performance.now();
  const cells = notebook.cells.filter(isRunnable);
  const { signal, environment } = options;
  let kernel: Kernel;
  try {
    const folder = dirname(resolve(path));
    kernel = await startKernel({
      folder,
      ...(environment ? { environment } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const kind = signal?.aborted === true ? "stopped" : "start";
    const message =
      kind === "stopped" ? "the run was stopped" : `the kernel did not start: ${(error as Error).message}`;
    return {
      notebook,
      failure: { kind, message },
      passed: 0,
      cells: cells.length,
      seconds: seconds(started),
    };
  }
  try {
    const collector = createOutputCollector();
    const { failure, reached, passed, peakMemory } = await runCells(
      cells,
      kernel,
      collector,
      started,
      options,
    );
    return {
      notebook: withLanguage(withOutputs(notebook, collector, reached), kernel.info),
      ...(failure ? { failure } : {}),
      passed,
      cells: cells.length,
      seconds: seconds(started),
      peakMemory,
    };
  } finally {
    await kernel.shutdown();
  }
};
