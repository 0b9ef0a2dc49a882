/** Resource limits of a submission. Times in seconds, sizes in bytes; `Infinity` is no limit. */
export interface SandboxLimits {
  /** Wall time of one cell. */
  readonly cell: number;
  /** Wall time of a submission, including restarts of the kernel. */
  readonly total: number;
  readonly cpu: number;
  /** Total resident memory of its processes. */
  readonly memory: number;
  /** Total number of its processes and threads. */
  readonly processes: number;
  /** The size of one file, and the total size of a scratch folder. */
  readonly file: number;
  /** Total size of text and figures in its output. */
  readonly output: number;
}

const MIB = 1024 ** 2;

/** The limits of `latent grade` without options. */
export const DEFAULT_LIMITS: SandboxLimits = {
  cell: 600,
  total: 1800,
  cpu: 3600,
  memory: 3072 * MIB,
  processes: 256,
  file: 64 * MIB,
  output: 32 * MIB,
};

/** Returns a time limit of the command line, where 0 means no limit. */
export function timeLimit(seconds: number): number {
  return seconds === 0 ? Infinity : seconds;
}

/** The time in which a new kernel must start. */
export const START_MS = 300_000;
