import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { readablePaths, workingFolder, environment } from "./course-files";
import { isolationProblem, prlimit, type Isolation } from "./isolation";
import type { SandboxLimits } from "./limits";

/** The system paths visible to a submission; links such as /lib → usr/lib are bound as their targets. */
const SYSTEM = [
  ..."/usr /bin /lib /lib64 /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d".split(" "),
  ..."/etc/fonts /etc/alternatives /etc/localtime /etc/timezone".split(" "),
];

function readOnly(path: string): string[] {
  return existsSync(path) ? ["--ro-bind", path, path] : [];
}

function bubblewrapArguments({ file }: SandboxLimits): string[] {
  const node = dirname(dirname(process.execPath));
  const size = String(file);
  return [
    ..."--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try".split(
      " ",
    ),
    ..."--die-with-parent --new-session --cap-drop ALL --hostname sandbox --clearenv".split(" "),
    ...SYSTEM.flatMap(readOnly),
    // An empty /proc: the real one exposes a process's own memory.
    ...["--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
    ..."--dir /proc --dir /proc/self".split(" "),
    ...["--symlink", process.execPath, "/proc/self/exe"], // TensorFlow reads the path of its program
    ...["/proc/cpuinfo", "/proc/meminfo"].flatMap(readOnly),
    ...["--size", size, "--tmpfs", "/tmp"],
    ...(SYSTEM.some((path) => node === path || node.startsWith(`${path}/`)) ? [] : readOnly(node)),
    ...readablePaths().flatMap(readOnly),
    ...["--size", size, "--tmpfs", workingFolder],
    ...["--remount-ro", "/", "--chdir", workingFolder],
    ...Object.entries(environment()).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

const NOBODY = "65534";

/**
 * Starts a program as a user who owns no files. Linux does not limit the number of root's processes, so that
 * a fork bomb run by root would be stopped only by the grader's monitor.
 */
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];

function bubblewrap(as: readonly string[]): Isolation {
  return {
    kind: "bubblewrap",
    folder: workingFolder,
    channel: 3,
    command: (program, limits) => {
      const sandboxed = ["bwrap", ...bubblewrapArguments(limits), "--", ...prlimit(limits), ...program];
      const [file = "", ...args] = [...as, ...sandboxed];
      return [file, args];
    },
  };
}

const PROBE_SECONDS = 120;

/** Returns the strictest way to run bubblewrap on this machine, or the reason why it does not work. */
export function findBubblewrap(): Isolation | string {
  if (process.platform !== "linux") return `bubblewrap requires Linux, got ${process.platform}`;
  if (process.getuid?.() === 0) {
    const asNobody = bubblewrap(AS_NOBODY);
    if (isolationProblem(asNobody, PROBE_SECONDS) === undefined) return asNobody;
  }
  const asCurrentUser = bubblewrap([]);
  const problem = isolationProblem(asCurrentUser, PROBE_SECONDS);
  return problem === undefined ? asCurrentUser : `${problem}; on Debian: apt-get install bubblewrap`;
}

/** Returns why bubblewrap does not work on this machine, or undefined if it works. */
export function bubblewrapProblem(): string | undefined {
  const found = findBubblewrap();
  return typeof found === "string" ? found : undefined;
}
