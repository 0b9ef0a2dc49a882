import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection";
import { connect, type Client, type Listener } from "./client";
import { launchKernel, type Death, type KernelProcess } from "./launch";
import type { Content } from "./message";

/** The kernel's answer to a cell (messaging specification, "execution results"). */
export interface ExecuteReply {
  readonly status: "ok" | "error" | "aborted";
  readonly execution_count?: number;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

/** How a cell is run. */
export interface ExecuteOptions {
  /** Called with every message on iopub that the cell causes. */
  readonly onMessage?: Listener;
  readonly silent?: boolean;
  readonly storeHistory?: boolean;
  /** Whether cells that wait behind it are aborted when it fails; true by default. */
  readonly stopOnError?: boolean;
}

/** A running kernel. */
export interface Kernel {
  readonly pid: number;
  /** Where further clients can reach it. */
  readonly connection: Connection;
  /** What it said of itself. */
  readonly info: Content;
  /** Settles when its process has ended. */
  readonly died: Promise<Death>;
  /**
   * Runs a cell; settles when the reply has come and the kernel is idle again.
   *
   * @throws KernelDied when the process ends before.
   */
  readonly execute: (code: string, options?: ExecuteOptions) => Promise<ExecuteReply>;
  /** Sends any request and returns the content of its reply. */
  readonly request: (type: string, content?: Content, channel?: "shell" | "control") => Promise<Content>;
  /** Asks it to stop the running cell, which then fails with `Interrupted`. */
  readonly interrupt: () => Promise<void>;
  /** Asks it to end, and ends it if it does not. */
  readonly shutdown: () => Promise<void>;
  /** Ends it and its children at once. */
  readonly kill: () => void;
  /** The most memory it has held so far, in bytes; undefined where the system does not say. */
  readonly peakMemory: () => number | undefined;
}

/** How a kernel is started. */
export interface StartOptions {
  /** The notebook's folder: where imports and relative paths start from. */
  readonly folder: string;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds until a kernel that cannot run cells yet is given up; 60,000 by default. */
  readonly startTimeout?: number;
  /** Ends the kernel, also one that is still starting. */
  readonly signal?: AbortSignal;
}

/** The kernel's process ended while somebody was waiting for it. */
export class KernelDied extends Error {
  override readonly name = "KernelDied";
  constructor({ code, signal, output }: Death) {
    const how = signal === null ? `with code ${code ?? "unknown"}` : `by ${signal}`;
    super(`the kernel ended ${how}${output === "" ? "" : `; its last words:\n${output}`}`);
  }
}

const START_TIMEOUT = 60_000;
const NUDGE = 100;
const FAREWELL = 3000;

const tooLate = (timeout: number, what: string): Error =>
  new Error(
    `startKernel: the kernel ${what} within ${timeout / 1000} s; ` +
      "try again when the machine is less busy, or see what `latent doctor` says",
  );

/** Repeats the question until the kernel answers and its iopub channel is heard, then waits until it can run cells. */
const waitUntilReady = async (client: Client, timeout: number): Promise<Content> => {
  const deadline = Date.now() + timeout;
  let info: Content | undefined;
  const nudge = (): void =>
    void client.request("kernel_info_request", {}, "control").then(
      (reply) => (info = reply),
      () => undefined,
    );
  nudge();
  while (!info || !client.subscribed()) {
    if (Date.now() > deadline) throw tooLate(timeout, "did not answer");
    await sleep(NUDGE);
    if (info) nudge();
  }
  // The kernel speaks before it has loaded TypeScript; this is answered when it can run cells.
  const ready = client.request("is_complete_request", { code: "" });
  const late = sleep(Math.max(0, deadline - Date.now()), "late", { ref: false });
  if ((await Promise.race([ready, late])) === "late")
    throw tooLate(timeout, "answered, but was not ready for cells");
  return info;
};

const shutDown = async (client: Client, { died, kill }: KernelProcess): Promise<void> => {
  client.request("shutdown_request", { restart: false }, "control").catch(() => undefined);
  const ended = await Promise.race([died, sleep(FAREWELL, undefined, { ref: false })]);
  if (!ended) kill();
  await died;
};

/**
 * Starts the kernel and waits until it answers.
 *
 * @throws KernelDied when its process ends before, or an error when it does not answer in time.
 */
export const startKernel = async ({
  folder,
  environment = {},
  startTimeout = START_TIMEOUT,
  signal,
}: StartOptions): Promise<Kernel> => {
  signal?.throwIfAborted();
  const started = launchKernel(folder, environment);
  signal?.addEventListener("abort", started.kill, { once: true });
  const client = connect(started.connection);
  const dead = started.died.then((death): never => {
    const error = new KernelDied(death);
    client.fail(error);
    client.close();
    throw error;
  });
  dead.catch(() => undefined);
  let info: Content;
  try {
    info = await Promise.race([waitUntilReady(client, startTimeout), dead]);
  } catch (error) {
    started.kill();
    throw error;
  }
  const request: Kernel["request"] = (type, content = {}, channel = "shell") =>
    Promise.race([client.request(type, content, channel), dead]);

  return {
    pid: started.pid,
    connection: started.connection,
    info,
    died: started.died,
    execute: async (code, { onMessage, silent = false, storeHistory = true, stopOnError = true } = {}) => {
      const content = {
        code,
        silent,
        store_history: storeHistory,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: stopOnError,
      };
      const reply = await Promise.race([
        client.request("execute_request", content, "shell", onMessage),
        dead,
      ]);
      return reply as unknown as ExecuteReply;
    },
    request,
    interrupt: async () => {
      await request("interrupt_request", {}, "control");
    },
    shutdown: () => shutDown(client, started),
    kill: started.kill,
    peakMemory: started.peakMemory,
  };
};
