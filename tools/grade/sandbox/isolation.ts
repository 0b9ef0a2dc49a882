import { spawnSync } from "node:child_process";
import { probeProgram } from "./course-files";
import type { SandboxLimits } from "./limits";

/** A way to run a program isolated from the machine. */
export interface Isolation {
  readonly kind: "bubblewrap" | "docker" | "podman" | "none";
  /** The working directory: empty, private and temporary, unless the kind is none. */
  readonly folder: string;
  /** The file descriptor on which the started command sends the replies of the process in the sandbox. */
  readonly channel: 1 | 3;
  /** Returns the command that runs `program` under `limits`; names of concurrent runs must differ. */
  readonly command: (
    program: readonly string[],
    limits: SandboxLimits,
    name: string,
  ) => readonly [file: string, args: readonly string[]];
  /**
   * Returns the command that ends everything under a name, if killing the started process does not suffice.
   */
  readonly remove?: (name: string) => readonly [file: string, args: readonly string[]];
}

/**
 * The system's limit is this much higher than the grader's, so that the grader can observe and report an
 * excess.
 */
export const PROCESS_MARGIN = 32;

/** Returns the command prefix with which the system limits CPU time, file size and processes. */
export function prlimit({ cpu, file, processes }: SandboxLimits): string[] {
  return [
    "prlimit",
    `--cpu=${Number.isFinite(cpu) ? cpu : "unlimited"}`,
    `--fsize=${file}`,
    `--nproc=${processes + PROCESS_MARGIN}`,
    "--core=0",
    "--",
  ];
}

const PROBE: SandboxLimits = {
  cell: 1,
  total: 1,
  cpu: 10,
  memory: 2 ** 29,
  processes: 1024,
  file: 2 ** 20,
  output: 1,
};

/**
 * Returns why an isolation does not work on this machine, or undefined if it works.
 *
 * @param seconds the timeout of the trial run.
 */
export function isolationProblem(isolation: Isolation, seconds: number): string | undefined {
  const [file, args] = isolation.command(
    [process.execPath, "-e", probeProgram],
    PROBE,
    `latent-probe-${process.pid}`,
  );
  const { error, status, stderr } = spawnSync(file, args, { encoding: "utf8", timeout: 1000 * seconds });
  if (error) return `${file} cannot be started (${error.message})`;
  return status === 0
    ? undefined
    : `${file} fails here (${stderr.trim() || `exit code ${status ?? "unknown"}`})`;
}
