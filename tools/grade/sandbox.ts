import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Limits } from "./limits";

/** How a program is started so that it can do no harm. */
export interface Isolation {
  readonly kind: "bubblewrap" | "none";
  /** The folder that the notebook runs in: empty, private and gone afterwards under bubblewrap. */
  readonly folder: string;
  /** The command that runs `program` under `limits`. */
  readonly command: (
    program: readonly string[],
    limits: Limits,
  ) => readonly [file: string, args: readonly string[]];
}

const tools = dirname(createRequire(__filename).resolve("latent-tools/package.json"));

/** The folder of the course: its library, its packages and its data lie below. */
export const courseRoot = dirname(tools);

/** What of the course a submission may read. Neither notebooks with their solutions nor git's memory of them. */
const COURSE = ["node_modules", "lib", "tools", ".native", "data", "package.json"];
/** What of the system; links such as /lib → usr/lib are bound as what they lead to. */
const SYSTEM = [
  ..."/usr /bin /lib /lib64 /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/fonts /etc/alternatives".split(
    " ",
  ),
  ..."/etc/localtime /etc/timezone".split(" "),
];

const readOnly = (path: string): string[] => (existsSync(path) ? ["--ro-bind", path, path] : []);

/** So many more processes the system allows: the grader sees who goes beyond the limit, and ends it. */
const BEYOND = 32;

/** CPU time, file size and processes, as the system itself limits them. */
const prlimit = ({ cpu, file, processes }: Limits): string[] => [
  "prlimit",
  `--cpu=${cpu}`,
  `--fsize=${file}`,
  `--nproc=${processes + BEYOND}`,
  "--core=0",
  "--",
];

const bubblewrapArguments = (folder: string, { file }: Limits): string[] => {
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
    ...COURSE.flatMap((name) => readOnly(join(courseRoot, name))),
    ...["--size", size, "--tmpfs", folder],
    ...["--remount-ro", "/", "--chdir", folder],
    ...Object.entries(environment()).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
};

/** The whole environment of a submission: nothing of the grader's own. */
export const environment = (): Record<string, string> => ({
  PATH: "/usr/bin:/bin",
  HOME: "/tmp",
  TMPDIR: "/tmp",
  LANG: "C.UTF-8",
  TF_CPP_MIN_LOG_LEVEL: "2",
});

const NOBODY = "65534";

/**
 * Starts a program as somebody who owns nothing. For root the system limits no processes, so that a grader who is root could
 * only watch a fork bomb grow.
 */
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"];

const bubblewrap = (as: readonly string[]): Isolation => {
  const folder = join(courseRoot, "notebooks");
  return {
    kind: "bubblewrap",
    folder,
    command: (program, limits) => {
      const sandboxed = [
        "bwrap",
        ...bubblewrapArguments(folder, limits),
        "--",
        ...prlimit(limits),
        ...program,
      ];
      const [file = "", ...args] = [...as, ...sandboxed];
      return [file, args];
    },
  };
};

const none = (): Isolation => ({
  kind: "none",
  folder: join(courseRoot, "notebooks"),
  command: (program, limits) => {
    const [file = "", ...args] = [...prlimit(limits), ...program];
    return [file, args];
  },
});

const PROBE: Limits = { cell: 1, total: 1, cpu: 10, memory: 1, processes: 1024, file: 1 << 20, output: 1 };

/** Looks whether the course can be read from inside. */
const LOOK = `require("node:fs").accessSync(${JSON.stringify(join(courseRoot, "lib", "package.json"))})`;

const whyNot = (isolation: Isolation): string | undefined => {
  const [file, args] = isolation.command([process.execPath, "-e", LOOK], PROBE);
  const { error, status, stderr } = spawnSync(file, args, { encoding: "utf8", timeout: 20_000 });
  if (error) return `bwrap cannot be started (${error.message}); on Debian: apt-get install bubblewrap`;
  return status === 0
    ? undefined
    : `bwrap fails here (${stderr.trim() || `exit code ${status ?? "unknown"}`})`;
};

/** The best bubblewrap of this machine, or why it has none. */
const findBubblewrap = (): Isolation | string => {
  if (process.platform !== "linux") return `bubblewrap needs Linux, this is ${process.platform}`;
  if (process.getuid?.() === 0) {
    const asNobody = bubblewrap(AS_NOBODY);
    if (whyNot(asNobody) === undefined) return asNobody;
  }
  const asMyself = bubblewrap([]);
  return whyNot(asMyself) ?? asMyself;
};

/** Why bubblewrap cannot isolate on this machine; undefined where it can. */
export const whyNoBubblewrap = (): string | undefined => {
  const found = findBubblewrap();
  return typeof found === "string" ? found : undefined;
};

/**
 * The isolation to grade in.
 *
 * @param wanted whether the person asked for one, as anyone should who grades other people's work.
 * @throws when it is wanted and this machine has none.
 */
export const chooseIsolation = (wanted: boolean): Isolation => {
  if (!wanted) return none();
  const found = findBubblewrap();
  if (typeof found !== "string") return found;
  throw new Error(
    `latent grade: submissions are other people's programs, and there is nothing to isolate them with: ${found}; ` +
      "with --no-sandbox they run with all your rights",
  );
};
