import { KernelDied, type ExecuteReply, type Kernel } from "../protocol/start-kernel";
import { withinLimits, type Limit, type TimeLimits } from "./time-limits";
import { placeOf, replyFailure, type RunFailure } from "./run-failure";
import { hasTag, type Cell } from "../notebook/document";
import type { OutputCollector } from "../notebook/output-collector";

/** Seconds for a cell to end after the interrupt that follows a time limit. */
const INTERRUPT_SECONDS = 3;

/** The execution of one notebook in one kernel. */
export interface Execution {
  readonly kernel: Kernel;
  readonly collector: OutputCollector;
  readonly limits: TimeLimits;
  /** The start of the run, as returned by `performance.now()`. */
  readonly started: number;
  /** Aborted when the run is stopped by request. */
  readonly signal: AbortSignal | undefined;
}

function timeoutFailure(limit: Limit, limits: TimeLimits, place: ReturnType<typeof placeOf>): RunFailure {
  return {
    kind: "timeout",
    ...place,
    message:
      limit === "cell"
        ? `the cell ran longer than ${limits.cell} s (--cell-timeout)`
        : `the notebook ran longer than ${limits.notebook} s (--timeout)`,
  };
}

/**
 * Interrupts a cell that exceeded its time limit, to get its traceback, and then kills the kernel.
 *
 * @returns the traceback; empty if none arrived.
 */
async function stopCell(kernel: Kernel, reply: Promise<ExecuteReply>): Promise<readonly string[]> {
  kernel.interrupt().catch(() => undefined);
  const stopped = await withinLimits(
    reply.catch(() => undefined),
    { cell: INTERRUPT_SECONDS, notebook: 0 },
    0,
  );
  kernel.kill();
  return ("value" in stopped ? stopped.value?.traceback : undefined) ?? [];
}

async function executeCell(
  execution: Execution,
  cell: Cell,
  number: number,
): Promise<RunFailure | undefined> {
  const { kernel, collector, limits, started, signal } = execution;
  const onMessage = collector.listener(number);
  const reply = kernel.execute(cell.source, { onMessage });
  try {
    const ended = await withinLimits(reply, limits, started);
    if ("limit" in ended) {
      const traceback = await stopCell(kernel, reply);
      return timeoutFailure(ended.limit, limits, placeOf(cell.source, number, traceback));
    }
    const allowed = ended.value.status === "error" && hasTag(cell, "raises-exception");
    return ended.value.status === "ok" || allowed
      ? undefined
      : replyFailure(ended.value, cell.source, number);
  } catch (error) {
    if (!(error instanceof KernelDied)) throw error;
    const kind = signal?.aborted === true ? "stopped" : "died";
    const message = kind === "stopped" ? "the run was stopped" : error.message;
    return { kind, ...placeOf(cell.source, number), message };
  }
}

/** Adds an error output for a failure that the cell could not report itself. */
function appendFailure(collector: OutputCollector, number: number, { kind, message }: RunFailure): void {
  const ename = { timeout: "Timeout", died: "KernelDied", stopped: "Stopped" }[kind as string];
  if (ename === undefined) return;
  collector.append(number, {
    output_type: "error",
    ename,
    evalue: message,
    traceback: [`${ename}: ${message}`],
  });
}

/**
 * Runs code cell `number`. It passes if the kernel replies "ok", or if it raises an error and has the tag
 * `raises-exception`.
 *
 * @returns the failure; undefined if the cell passed.
 */
export async function runCell(
  execution: Execution,
  cell: Cell,
  number: number,
): Promise<RunFailure | undefined> {
  const failure = await executeCell(execution, cell, number);
  if (failure) appendFailure(execution.collector, number, failure);
  return failure;
}
