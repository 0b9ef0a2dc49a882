import { dirname, resolve } from "node:path";
import { startKernel, type Kernel } from "../protocol/start-kernel";
import { runCell } from "./run-cell";
import type { TimeLimits } from "./time-limits";
import type { RunFailure } from "./run-failure";
import { isRunnable, type Cell, type Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { createOutputCollector, type OutputCollector } from "../notebook/output-collector";

/** The result of one cell, reported while the notebook runs. */
export interface CellProgress {
  /** The number of the code cell that has just ended, from 1. */
  readonly cell: number;
  readonly cells: number;
  readonly seconds: number;
  readonly passed: boolean;
}

/** Options for running a notebook. */
export interface RunOptions {
  readonly limits: TimeLimits;
  readonly onProgress?: (progress: CellProgress) => void;
  /** Stops the run and kills the kernel. */
  readonly signal?: AbortSignal;
  /** Added to the kernel's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Whether to continue with the next cell after a cell has failed with an error; by default the run ends.
   */
  readonly continuesAfter?: (failure: RunFailure, cell: Cell) => boolean;
}

/** The result of a run. */
export interface RunResult {
  /** The notebook with the outputs of every cell that ran. */
  readonly notebook: Notebook;
  /** The failure that ended the run; absent if it reached the end of the notebook. */
  readonly failure?: RunFailure;
  /** The number of code cells that passed, and the number of all code cells. */
  readonly passed: number;
  readonly cells: number;
  readonly seconds: number;
  /** In bytes; undefined if the system does not report it. */
  readonly peakMemory?: number | undefined;
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}

/** The notebook with the outputs of its first `reached` runnable cells. */
function withOutputs(notebook: Notebook, collector: OutputCollector, reached: number): Notebook {
  let number = 0;
  const cells = notebook.cells.map((cell) => {
    if (!isRunnable(cell)) return cell;
    number += 1;
    return number <= reached
      ? { ...cell, outputs: collector.outputs(number), execution_count: number }
      : cell;
  });
  return { ...notebook, cells };
}

function withLanguage(notebook: Notebook, info: Json): Notebook {
  return {
    ...notebook,
    metadata: { ...notebook.metadata, language_info: info["language_info"] },
  };
}

interface CellsRun {
  readonly failure: RunFailure | undefined;
  readonly reached: number;
  readonly passed: number;
  readonly peakMemory: number | undefined;
}

/** Runs the cells in order until one fails and the run does not continue after it. */
async function runCells(
  cells: readonly Cell[],
  kernel: Kernel,
  collector: OutputCollector,
  started: number,
  { limits, onProgress, signal, continuesAfter }: RunOptions,
): Promise<CellsRun> {
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
    else if (failure.kind !== "error" || continuesAfter?.(failure, cell) !== true)
      return { failure, reached: number, passed, peakMemory };
  }
  return { failure: undefined, reached: cells.length, passed, peakMemory };
}

/**
 * Runs a notebook from top to bottom in a new kernel, in the notebook's folder.
 *
 * Failures of the notebook are part of the result. The kernel has ended when this resolves.
 *
 * @param path the path of the notebook.
 */
export async function runNotebook(notebook: Notebook, path: string, options: RunOptions): Promise<RunResult> {
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
}
