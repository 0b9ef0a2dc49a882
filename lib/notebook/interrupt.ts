import { kernel } from "./kernel-hook";

/** Says whether the person has interrupted the kernel since the token was made. */
export interface InterruptToken {
  readonly interrupted: boolean;
  /** Ends the loop, and the cell with it. */
  throwIfInterrupted(): void;
}

/** Thrown by a loop that the person interrupted. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/**
 * A token for one loop. Jupyter's interrupt ends an awaiting cell at once, but cannot stop an asynchronous loop that
 * the cell began: the loop has to look at its token after each {@link yieldToKernel}.
 */
export function interruptToken(): InterruptToken {
  const before = interrupts();
  return {
    get interrupted() {
      return interrupts() !== before;
    },
    throwIfInterrupted() {
      if (this.interrupted) throw new Interrupted("the loop was interrupted");
    },
  };
}

const interrupts = (): number => kernel()?.interrupts ?? 0;

/** Lets the kernel receive signals and messages, and send what is waiting; a loop calls it each step. */
export const yieldToKernel = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
