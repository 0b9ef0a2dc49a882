import { KernelDied, type ExecuteReply, type Kernel } from "../protocol/start-kernel";
import { withinLimits, type Limit, type TimeLimits } from "./time-limits";
import { placeOf, replyFailure, type RunFailure } from "./run-failure";
import { hasTag, type Cell } from "../notebook/document";
import type { OutputCollector } from "../notebook/output-collector";

/** Seconds that a cell gets, after its time is over, to end by an interrupt. */
const LAST_SECONDS = 3;

/** The execution of one notebook in one kernel. */
export interface Execution {
  readonly kernel: Kernel;
  readonly collector: OutputCollector;
  readonly limits: TimeLimits;
  /** When it began, as `performance.now()` counts. */
  readonly started: number;
  /** Set when somebody ends the run. */
  readonly signal: AbortSignal | undefined;
}

const timeoutFailure = (limit: Limit, limits: TimeLimits, place: ReturnType<typeof placeOf>): RunFailure => ({
  kind: "timeout",
  ...place,
  message:
    limit === "cell"
      ? `the cell ran longer than ${limits.cell} s (--cell-timeout)`
      : `the notebook ran longer than ${limits.notebook} s (--timeout)`,
});

/**
 * Interrupts a cell whose time is over, so that it can still say where it was, and then ends its kernel.
 *
 * @returns the traceback, if it came.
 */
const stopCell = async (kernel: Kernel, reply: Promise<ExecuteReply>): Promise<readonly string[]> => {
  kernel.interrupt().catch(() => undefined);
  const stopped = await withinLimits(
    reply.catch(() => undefined),
    { cell: LAST_SECONDS, notebook: 0 },
    0,
  );
  kernel.kill();
  return ("value" in stopped ? stopped.value?.traceback : undefined) ?? [];
};

const executeCell = async (
  execution: Execution,
  cell: Cell,
  number: number,
): Promise<RunFailure | undefined> => {
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
};

/** Says in the notebook itself why it ends here, where the cell could not. */
const recordFailure = (collector: OutputCollector, number: number, { kind, message }: RunFailure): void => {
  const ename = { timeout: "Timeout", died: "KernelDied", stopped: "Stopped" }[kind as string];
  if (ename === undefined) return;
  collector.append(number, {
    output_type: "error",
    ename,
    evalue: message,
    traceback: [`${ename}: ${message}`],
  });
};

/**
 * Runs code cell `number`. It passes when the kernel replies ok and is idle again; one tagged `raises-exception` may
 * fail.
 *
 * @returns the failure, if it did not pass.
 */
export const runCell = async (
  execution: Execution,
  cell: Cell,
  number: number,
): Promise<RunFailure | undefined> => {
  const failure = await executeCell(execution, cell, number);
  if (failure) recordFailure(execution.collector, number, failure);
  return failure;
};
