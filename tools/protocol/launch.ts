import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../common/checkout";
import { createConnection, type Connection } from "./connection";

/** Characters of the kernel's output to keep for the message of a KernelDied error. */
const MAX_OUTPUT = 4000;

/** The longest temporary folder for which the address of a socket file fits its limit of 108 bytes. */
const MAX_FOLDER_LENGTH = 60;

/** How a kernel's process ended. */
export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
  /** The end of its stdout and stderr: mostly messages of native code. */
  readonly output: string;
}

/** A kernel's process, the leader of its process group. */
export interface KernelProcess {
  readonly pid: number;
  readonly connection: Connection;
  readonly died: Promise<Death>;
  /** Kills it and its children at once. */
  readonly kill: () => void;
  /** Its peak memory so far, in bytes; undefined if the system does not report it. */
  readonly peakMemory: () => number | undefined;
}

/** The arguments of Node.js that start the kernel, as in the kernelspec. */
export function kernelArguments(connectionFile: string): string[] {
  const kernel = join(checkoutFolder(), "tools", "dist", "kernel", "main.js");
  return ["--no-force-async-hooks-checks", kernel, connectionFile];
}

const alive = new Set<KernelProcess>();

/** Kills every kernel that this process has started. */
export function killKernels(): void {
  for (const kernel of alive) kernel.kill();
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has already ended
  }
}

function readPeak(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

function collectTail(child: ChildProcess): () => string {
  let tail = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-MAX_OUTPUT);
    });
  return () => tail.trim();
}

/**
 * Starts the process of a kernel in a folder.
 *
 * @param environment added to the environment of this process.
 * @throws if the process cannot be started.
 */
export function launchKernel(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): KernelProcess {
  const base = tmpdir().length > MAX_FOLDER_LENGTH ? "/tmp" : tmpdir();
  const directory = mkdtempSync(join(base, "latent-"));
  const { file, connection } = createConnection(directory);
  if (alive.size === 0) process.once("exit", killKernels);
  const child = spawn(process.execPath, kernelArguments(file), {
    cwd: folder,
    env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a separate process group: this process handles Ctrl-C, and kill reaches the children
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
}
