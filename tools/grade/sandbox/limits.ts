/** What a submission may use. Times in seconds, sizes in bytes. */
export interface SandboxLimits {
  /** Wall time of one cell. */
  readonly cell: number;
  /** Wall time of a whole submission, with the fresh starts that it needs. */
  readonly total: number;
  readonly cpu: number;
  /** Resident memory of all its processes together. */
  readonly memory: number;
  /** Processes and threads of all its processes together. */
  readonly processes: number;
  /** One file that it writes; its scratch folder holds as much in all. */
  readonly file: number;
  /** Everything that it prints and draws. */
  readonly output: number;
}

const MIB = 1024 ** 2;

export const DEFAULT_LIMITS: SandboxLimits = {
  cell: 600,
  total: 1800,
  cpu: 3600,
  memory: 3072 * MIB,
  processes: 256,
  file: 64 * MIB,
  output: 32 * MIB,
};

/** Milliseconds for a fresh kernel to load. */
export const START_MS = 60_000;
