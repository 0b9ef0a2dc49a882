import { setTimeout as sleep } from "node:timers/promises";
import { HEEDED, INTERRUPTS, PHASE, Phase } from "../threads/shared-memory";
import type { RawFrame } from "../threads/thread-messages";
import { HEEDED_GRACE } from "../threads/grace";
import { stopMainThread } from "./stop-main-thread";

/** Milliseconds that code has to stop by itself before it is stopped by force. */
const PATIENCE = 1000;
const POLL = 20;

/** Until the next look; a watch that is not over keeps no thread that is to end. */
const nextLook = (): Promise<void> => sleep(POLL, undefined, { ref: false });

/** What the watch over an interrupt needs to know and do. */
export interface Watched {
  readonly shared: Int32Array;
  /** Tells the evaluator of interrupt `number`; it answers as soon as it can. */
  readonly tell: (number: number) => void;
  /** The last interrupt that the evaluator has answered. */
  readonly heard: () => number;
  /** The cell that runs. */
  readonly running: () => number | undefined;
  /** Tells the evaluator that its code was stopped by force, and where, as far as that is known. */
  readonly terminated: (frames: readonly RawFrame[]) => void;
}

/**
 * What to do on an interrupt: count it, so that loops which look at the count stop; ask the evaluator to end a cell
 * that waits; and when neither helps within a second (longer when the library has noticed and is ending its work), or the person
 * asks again, stop the code by force, whether or not it ever yields.
 */
export const createInterrupt = ({
  shared,
  tell,
  heard,
  running,
  terminated,
}: Watched): (() => Promise<void>) => {
  let pressing = 0;

  const settled = (number: number, cell: number | undefined): boolean =>
    heard() >= number && (cell === undefined || running() !== cell);

  return async () => {
    const number = Atomics.add(shared, INTERRUPTS, 1) + 1;
    const cell = running();
    pressing += 1;
    const alone = pressing === 1;
    tell(number);
    const begun = Date.now();
    const isHeeded = (): boolean => Atomics.load(shared, HEEDED) >= number;
    const patience = (): number => (alone ? PATIENCE + (isHeeded() ? HEEDED_GRACE : 0) : 0);
    while (!settled(number, cell)) {
      const checking = Atomics.load(shared, PHASE) === Phase.Checking;
      if (!checking && Date.now() >= begun + patience()) {
        terminated((await stopMainThread()) ?? []);
        await nextLook();
      }
      await nextLook();
    }
    pressing -= 1;
  };
};
