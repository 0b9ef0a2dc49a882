/** The memory that the threads of the kernel share: slots of one Int32Array. */

/** The number of interrupts so far. */
export const INTERRUPTS = 0;
/** What the evaluator is doing, a {@link Phase}. */
export const PHASE = 1;
/** 1 when the server has closed its sockets. */
export const CLOSED = 2;
/** The number of the last interrupt that the library has noticed and will act on. */
export const NOTICED = 3;
/** The number of slots. */
export const SLOTS = 4;

/** What the evaluator is doing; only the code of a cell may be terminated. */
export const Phase = {
  /** Waiting, or running callbacks that a cell has left behind. */
  Idle: 0,
  /** TypeScript is checking a cell: termination would corrupt the checker. */
  Checking: 1,
  /** The code of the cell is running. */
  Running: 2,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];
