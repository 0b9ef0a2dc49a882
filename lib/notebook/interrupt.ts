import { kernelHook } from "./kernel-hook";

/** Tells a loop whether the user has interrupted the kernel since the token was created. */
export interface InterruptToken {
  /** Whether the kernel was interrupted since then. */
  readonly interrupted: boolean;
  /** Throws {@link Interrupted} if the kernel was interrupted, which ends the loop and its cell. */
  throwIfInterrupted(): void;
}

/** Thrown by a loop that the user interrupted. */
export class Interrupted extends Error {
  /** The name that tracebacks show. */
  override readonly name = "Interrupted";
}

/**
 * Returns a token for one loop. Jupyter's interrupt ends a cell that is awaiting, but cannot stop an
 * asynchronous loop that the cell started; the loop has to check its token after each {@link yieldToKernel}.
 */
export function interruptToken(): InterruptToken {
  const countAtStart = interruptCount();
  return {
    get interrupted() {
      return interruptCount() !== countAtStart;
    },
    throwIfInterrupted() {
      if (this.interrupted) throw new Interrupted("the loop was interrupted");
    },
  };
}

function interruptCount(): number {
  return kernelHook()?.interrupts ?? 0;
}

/** Resolves after the kernel has handled pending signals and messages; a loop awaits it at each step. */
export function yieldToKernel(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
