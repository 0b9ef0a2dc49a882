import { setTimeout as sleep } from "node:timers/promises";
import { NOTICED, INTERRUPTS, PHASE, Phase } from "../threads/shared-memory";
import type { RawFrame } from "../threads/thread-messages";
import { NOTICED_GRACE } from "../threads/grace";
import { stopMainThread } from "./stop-main-thread";

/** Milliseconds for code to stop by itself before it is terminated. */
const TERMINATION_DELAY = 1000;
const POLL_INTERVAL = 20;

/** Waits until the next poll without keeping the thread alive. */
function nextPoll(): Promise<void> {
  return sleep(POLL_INTERVAL, undefined, { ref: false });
}

/** The state and functions that an interrupt needs. */
export interface InterruptDependencies {
  readonly shared: Int32Array;
  /** Sends interrupt `number` to the evaluator, which confirms it as soon as it can. */
  readonly sendInterrupt: (number: number) => void;
  /** The number of the last interrupt that the evaluator has received. */
  readonly receivedInterrupt: () => number;
  /** The id of the running execute call, if any. */
  readonly running: () => number | undefined;
  /** Reports to the evaluator that its code was terminated, with the stack if it is known. */
  readonly terminated: (frames: readonly RawFrame[]) => void;
}

/**
 * Creates the handler of interrupts. It increments the interrupt count, at which guarded loops stop, and asks
 * the evaluator to end an awaiting cell. If the cell is still running after a second, or after a longer delay
 * if the library has noticed the interrupt, or if the user interrupts again, it terminates the code even if
 * it never yields.
 */
export function createInterrupt({
  shared,
  sendInterrupt,
  receivedInterrupt,
  running,
  terminated,
}: InterruptDependencies): () => Promise<void> {
  let pending = 0;

  const isSettled = (number: number, cell: number | undefined): boolean =>
    receivedInterrupt() >= number && (cell === undefined || running() !== cell);

  return async () => {
    const number = Atomics.add(shared, INTERRUPTS, 1) + 1;
    const cell = running();
    pending += 1;
    const isFirst = pending === 1;
    sendInterrupt(number);
    const start = Date.now();
    const isInterruptNoticed = (): boolean => Atomics.load(shared, NOTICED) >= number;
    const delay = (): number =>
      isFirst ? TERMINATION_DELAY + (isInterruptNoticed() ? NOTICED_GRACE : 0) : 0;
    while (!isSettled(number, cell)) {
      const isChecking = Atomics.load(shared, PHASE) === Phase.Checking;
      if (!isChecking && Date.now() >= start + delay()) {
        terminated((await stopMainThread()) ?? []);
        await nextPoll();
      }
      await nextPoll();
    }
    pending -= 1;
  };
}
