import { readablePaths, workingFolder, environment } from "./course-files";
import { isolationProblem, PROCESS_MARGIN, type Isolation } from "./isolation";
import type { SandboxLimits } from "./limits";

/** The supported container runtimes. */
export type Runtime = "docker" | "podman";

/** An image with the required Node.js; everything else is bind-mounted from the course. */
export const DEFAULT_IMAGE = "docker.io/library/node:20-bookworm-slim";

const NOBODY = "65534:65534";

/** Runtimes forward only the first three streams: send the signed channel to stdout, and stdout to stderr. */
const CHANNEL_TO_STDOUT = 'exec "$0" "$@" 3>&1 1>&2';

function limitArguments({ cpu, file, memory, processes }: SandboxLimits): string[] {
  return [
    ...["--memory", String(memory), "--memory-swap", String(memory)],
    ...["--pids-limit", String(processes + PROCESS_MARGIN)],
    ...[
      "--ulimit",
      `cpu=${Number.isFinite(cpu) ? cpu : -1}`,
      "--ulimit",
      `fsize=${file}`,
      "--ulimit",
      "core=0",
    ],
  ];
}

/**
 * Returns the arguments with which docker and podman run a program of Node.js in a container: without network
 * and capabilities, as nobody, with the course read-only and scratch folders limited to the size of one file.
 */
export function containerArguments(
  image: string,
  [file = "", ...rest]: readonly string[],
  limits: SandboxLimits,
  name: string,
): string[] {
  const scratch = (path: string): string[] => ["--tmpfs", `${path}:rw,mode=1777,size=${limits.file}`];
  return [
    ...["run", "--rm", "--interactive", "--init", "--name", name, "--hostname", "sandbox"],
    ...["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...["--user", NOBODY],
    ...limitArguments(limits),
    ...readablePaths().flatMap((path) => ["--mount", `type=bind,source=${path},target=${path},readonly`]),
    ...scratch("/tmp"),
    ...scratch(workingFolder),
    ...["--workdir", workingFolder],
    ...Object.entries(environment()).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...["--entrypoint", "/bin/sh", image, "-c", CHANNEL_TO_STDOUT],
    ...[file === process.execPath ? "node" : file, ...rest],
  ];
}

/** Returns an isolation that runs each submission in a container. */
export function container(runtime: Runtime, image: string): Isolation {
  return {
    kind: runtime,
    folder: workingFolder,
    channel: 1,
    command: (program, limits, name) => [runtime, containerArguments(image, program, limits, name)],
    remove: (name) => [runtime, ["rm", "--force", name]],
  };
}

/** Includes the time to pull the image. */
const PROBE_SECONDS = 600;

/** Returns an isolation by containers, or the reason why they do not work on this machine. */
export function findContainer(runtime: Runtime, image: string): Isolation | string {
  const isolation = container(runtime, image);
  return isolationProblem(isolation, PROBE_SECONDS) ?? isolation;
}
