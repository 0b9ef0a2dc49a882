import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../common/checkout";
import { createConnection, type Connection } from "./connection";

/** Characters of the kernel's own stderr that are kept, to say why it died. */
const TAIL = 4000;

/** The longest folder in which a socket file's name still fits into an address (108 bytes). */
const LONGEST_FOLDER = 60;

/** How a kernel's process ended. */
export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of what it wrote to its own stdout and stderr: messages of native code, mostly. */
  readonly output: string;
}

/** A kernel's process, leader of its own process group. */
export interface KernelProcess {
  readonly pid: number;
  readonly connection: Connection;
  readonly died: Promise<Death>;
  /** Ends it and its children at once. */
  readonly kill: () => void;
  /** The most memory it has held so far, in bytes; undefined where the system does not say. */
  readonly peakMemory: () => number | undefined;
}

/** The command that runs the kernel for a connection file, as in the kernelspec. */
export const kernelArguments = (connectionFile: string): string[] => {
  const kernel = join(checkoutFolder(), "tools", "dist", "kernel", "main.js");
  return ["--no-force-async-hooks-checks", kernel, connectionFile];
};

const alive = new Set<KernelProcess>();

/** Ends every kernel that this process has started. */
export const killKernels = (): void => {
  for (const kernel of alive) kernel.kill();
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended already
  }
};

const readPeak = (pid: number): number | undefined => {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
};

const collectTail = (child: ChildProcess): (() => string) => {
  let tail = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL);
    });
  return () => tail.trim();
};

/**
 * Starts the kernel's process in a folder.
 *
 * @param environment added to this process's environment.
 * @throws when the process cannot be started.
 */
export const launchKernel = (
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): KernelProcess => {
  const base = tmpdir().length > LONGEST_FOLDER ? "/tmp" : tmpdir();
  const directory = mkdtempSync(join(base, "latent-"));
  const { file, connection } = createConnection(directory);
  if (alive.size === 0) process.once("exit", killKernels);
  const child = spawn(process.execPath, kernelArguments(file), {
    cwd: folder,
    env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // its own process group: Ctrl-C is for us to handle, and kill reaches its children
  });
  const tail = collectTail(child);
  const died = new Promise<Death>((resolve) => {
    child.once("error", (error) => {
      resolve({ code: null, signal: null, output: error.message });
    });
    child.once("close", (code, signal) => {
      resolve({ code, signal, output: tail() });
    });
  }).finally(() => {
    alive.delete(kernel);
    rmSync(directory, { recursive: true, force: true });
  });
  const pid = child.pid ?? 0;
  const kernel: KernelProcess = {
    pid,
    connection,
    died,
    kill: () => {
      if (pid > 0) killGroup(pid);
    },
    peakMemory: () => readPeak(pid),
  };
  alive.add(kernel);
  return kernel;
};
