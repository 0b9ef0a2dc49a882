import { courseFiles, courseFolder, environment } from "./course-files";
import { BEYOND, whyNot, type Isolation } from "./isolation";
import type { SandboxLimits } from "./limits";

/** The programs that run containers. */
export type Runtime = "docker" | "podman";

/** An image with the Node.js that the course needs; everything else of a submission's is bound from the course. */
export const DEFAULT_IMAGE = "docker.io/library/node:20-bookworm-slim";

const NOBODY = "65534:65534";

/** A runtime hands on no stream but the first three: what the process answers goes out as output, its own output as errors. */
const ANSWER_ON_OUTPUT = 'exec "$0" "$@" 3>&1 1>&2';

function limitArguments({ cpu, file, memory, processes }: SandboxLimits): string[] {
  return [
    ...["--memory", String(memory), "--memory-swap", String(memory)],
    ...["--pids-limit", String(processes + BEYOND)],
    ...["--ulimit", `cpu=${cpu}`, "--ulimit", `fsize=${file}`, "--ulimit", "core=0"],
  ];
}

/**
 * The arguments by which docker and podman run `program` of this machine's Node.js in a container: without network and rights,
 * as nobody, the course read-only, a scratch folder of the size of one file.
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
    ...courseFiles().flatMap((path) => ["--mount", `type=bind,source=${path},target=${path},readonly`]),
    ...scratch("/tmp"),
    ...scratch(courseFolder),
    ...["--workdir", courseFolder],
    ...Object.entries(environment()).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...["--entrypoint", "/bin/sh", image, "-c", ANSWER_ON_OUTPUT],
    ...[file === process.execPath ? "node" : file, ...rest],
  ];
}

/** Containers of a runtime as an isolation. */
export function container(runtime: Runtime, image: string): Isolation {
  return {
    kind: runtime,
    folder: courseFolder,
    channel: 1,
    command: (program, limits, name) => [runtime, containerArguments(image, program, limits, name)],
    remove: (name) => [runtime, ["rm", "--force", name]],
  };
}

/** The first container may have to wait for its image. */
const SECONDS = 600;

/** Containers of a runtime, or why they do not work on this machine. */
export function findContainer(runtime: Runtime, image: string): Isolation | string {
  const isolation = container(runtime, image);
  return whyNot(isolation, SECONDS) ?? isolation;
}
