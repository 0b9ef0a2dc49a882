/** The memory that both threads of the kernel see, as slots of one Int32Array. */

/** The slots of the memory that both threads see. */
export const INTERRUPTS = 0;
export const PHASE = 1;
/** 1 when the server has closed its sockets. */
export const CLOSED = 2;
/** The last interrupt that code of the library has noticed, and will act on. */
export const HEEDED = 3;
export const SLOTS = 4;

/** What the evaluator is doing; only cell code may be stopped by force. */
export const Phase = {
  /** Waiting, or running callbacks that a cell left behind. */
  Idle: 0,
  /** TypeScript is checking a cell: stopping it here would break the checker. */
  Checking: 1,
  /** The cell's own code is running. */
  Running: 2,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
