import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { courseFiles, courseFolder, environment } from "./course-files";
import { prlimit, whyNot, type Isolation } from "./isolation";
import type { SandboxLimits } from "./limits";

/** What of the system a submission sees; links such as /lib → usr/lib are bound as what they lead to. */
const SYSTEM = [
  ..."/usr /bin /lib /lib64 /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/fonts /etc/alternatives".split(
    " ",
  ),
  ..."/etc/localtime /etc/timezone".split(" "),
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
    ..."--dev /dev --dir /proc --dir /proc/self".split(" "), // not the real one: it would show a process its own memory
    ...["--symlink", process.execPath, "/proc/self/exe"], // TensorFlow looks where its program lies
    ...["/proc/cpuinfo", "/proc/meminfo"].flatMap(readOnly),
    ...["--size", size, "--tmpfs", "/tmp"],
    ...(SYSTEM.some((path) => node === path || node.startsWith(`${path}/`)) ? [] : readOnly(node)),
    ...courseFiles().flatMap(readOnly),
    ...["--size", size, "--tmpfs", courseFolder],
    ...["--remount-ro", "/", "--chdir", courseFolder],
    ...Object.entries(environment()).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

const NOBODY = "65534";

/**
 * Starts a program as somebody who owns nothing. For root the system limits no processes, so that a grader who is root could
 * only watch a fork bomb grow.
 */
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];

function bubblewrap(as: readonly string[]): Isolation {
  return {
    kind: "bubblewrap",
    folder: courseFolder,
    channel: 3,
    command: (program, limits) => {
      const sandboxed = ["bwrap", ...bubblewrapArguments(limits), "--", ...prlimit(limits), ...program];
      const [file = "", ...args] = [...as, ...sandboxed];
      return [file, args];
    },
  };
}

const SECONDS = 20;

/** The best bubblewrap of this machine, or why it has none. */
export function findBubblewrap(): Isolation | string {
  if (process.platform !== "linux") return `bubblewrap needs Linux, this is ${process.platform}`;
  if (process.getuid?.() === 0) {
    const asNobody = bubblewrap(AS_NOBODY);
    if (whyNot(asNobody, SECONDS) === undefined) return asNobody;
  }
  const asMyself = bubblewrap([]);
  const why = whyNot(asMyself, SECONDS);
  return why === undefined ? asMyself : `${why}; on Debian: apt-get install bubblewrap`;
}

/** Why bubblewrap cannot isolate on this machine; undefined where it can. */
export function whyNoBubblewrap(): string | undefined {
  const found = findBubblewrap();
  return typeof found === "string" ? found : undefined;
}
