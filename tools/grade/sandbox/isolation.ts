import { spawnSync } from "node:child_process";
import { LOOK } from "./course-files";
import type { SandboxLimits } from "./limits";

/** How a program is started so that it can do no harm. */
export interface Isolation {
  readonly kind: "bubblewrap" | "docker" | "podman" | "none";
  /** The folder that the notebook runs in: empty, private and gone afterwards, unless the kind is none. */
  readonly folder: string;
  /** The stream of the started command on which the process in the sandbox answers. */
  readonly channel: 1 | 3;
  /** The command that runs `program` under `limits`; no two that run at a time have the same name. */
  readonly command: (
    program: readonly string[],
    limits: SandboxLimits,
    name: string,
  ) => readonly [file: string, args: readonly string[]];
  /** The command that ends all that runs under a name, where it is not enough to end the process that was started. */
  readonly remove?: (name: string) => readonly [file: string, args: readonly string[]];
}

/** So many more processes the system allows: the grader sees who goes beyond the limit, and ends it. */
export const BEYOND = 32;

/** CPU time, file size and processes, as the system itself limits them. */
export function prlimit({ cpu, file, processes }: SandboxLimits): string[] {
  return ["prlimit", `--cpu=${cpu}`, `--fsize=${file}`, `--nproc=${processes + BEYOND}`, "--core=0", "--"];
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

/** Why an isolation does not work on this machine; undefined where it does. @param seconds how long it may take to begin. */
export function whyNot(isolation: Isolation, seconds: number): string | undefined {
  const [file, args] = isolation.command(
    [process.execPath, "-e", LOOK],
    PROBE,
    `latent-probe-${process.pid}`,
  );
  const { error, status, stderr } = spawnSync(file, args, { encoding: "utf8", timeout: 1000 * seconds });
  if (error) return `${file} cannot be started (${error.message})`;
  return status === 0
    ? undefined
    : `${file} fails here (${stderr.trim() || `exit code ${status ?? "unknown"}`})`;
}
