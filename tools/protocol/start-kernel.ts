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

/** Options for running a cell. */
export interface ExecuteOptions {
  /** Called with each iopub message that the cell causes. */
  readonly onMessage?: Listener;
  readonly silent?: boolean;
  readonly storeHistory?: boolean;
  /** Whether a failure aborts the cells queued after it; true by default. */
  readonly stopOnError?: boolean;
}

/** A running kernel. */
export interface Kernel {
  readonly pid: number;
  /** The connection for further clients. */
  readonly connection: Connection;
  /** The content of its kernel_info_reply. */
  readonly info: Content;
  /** Resolves when its process has ended. */
  readonly died: Promise<Death>;
  /**
   * Runs a cell; resolves when the reply has arrived and the kernel is idle again.
   *
   * @throws KernelDied if the process ends first.
   */
  readonly execute: (code: string, options?: ExecuteOptions) => Promise<ExecuteReply>;
  /** Sends a request of any type and returns the content of its reply. */
  readonly request: (type: string, content?: Content, channel?: "shell" | "control") => Promise<Content>;
  /** Requests an interrupt; the running cell then fails with `Interrupted`. */
  readonly interrupt: () => Promise<void>;
  /** Requests a shutdown, and kills the kernel if it does not end in time. */
  readonly shutdown: () => Promise<void>;
  /** Kills it and its children at once. */
  readonly kill: () => void;
  /** Its peak memory so far, in bytes; undefined if the system does not report it. */
  readonly peakMemory: () => number | undefined;
}

/** Options for starting a kernel. */
export interface StartOptions {
  /** The notebook's folder, to which imports and paths are relative. */
  readonly folder: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds to wait until the kernel can run cells; 60,000 by default. */
  readonly startTimeout?: number;
  /** Kills the kernel, even while it is starting. */
  readonly signal?: AbortSignal;
}

/** The kernel's process ended before it replied. */
export class KernelDied extends Error {
  override readonly name = "KernelDied";
  constructor({ code, signal, output }: Death) {
    const how = signal === null ? `with code ${code ?? "unknown"}` : `by ${signal}`;
    super(`the kernel ended ${how}${output === "" ? "" : `; its last output:\n${output}`}`);
  }
}

/** Milliseconds: until a start fails, between two kernel_info requests, and for a shutdown. */
const START_TIMEOUT = 180_000;
const RETRY_INTERVAL = 100;
const SHUTDOWN_TIMEOUT = 3000;

function startTimedOut(timeout: number, what: string): Error {
  return new Error(
    `startKernel: the kernel ${what} within ${timeout / 1000} s; ` +
      "try again when the machine is less busy, or run `latent doctor`",
  );
}

/**
 * Requests kernel_info until the kernel replies and an iopub message arrives, then waits until it can run
 * cells.
 */
async function waitUntilReady(client: Client, timeout: number): Promise<Content> {
  const deadline = Date.now() + timeout;
  let info: Content | undefined;
  const requestInfo = (): void =>
    void client.request("kernel_info_request", {}, "control").then(
      (reply) => (info = reply),
      () => undefined,
    );
  requestInfo();
  while (!info || !client.subscribed()) {
    if (Date.now() > deadline) throw startTimedOut(timeout, "did not answer");
    await sleep(RETRY_INTERVAL, undefined, { ref: false }); // must not delay the exit after a kill
    if (info) requestInfo();
  }
  // The server replies before the evaluator has loaded TypeScript; the evaluator answers this request.
  const ready = client.request("is_complete_request", { code: "" });
  const late = sleep(Math.max(0, deadline - Date.now()), "late", { ref: false });
  if ((await Promise.race([ready, late])) === "late")
    throw startTimedOut(timeout, "answered, but did not get ready to run cells");
  return info;
}

async function shutDown(client: Client, { died, kill }: KernelProcess): Promise<void> {
  client.request("shutdown_request", { restart: false }, "control").catch(() => undefined);
  const ended = await Promise.race([died, sleep(SHUTDOWN_TIMEOUT, undefined, { ref: false })]);
  if (!ended) kill();
  await died;
}

/**
 * Starts a kernel and waits until it can run cells.
 *
 * @throws KernelDied if its process ends first, or an Error if it is not ready in time.
 */
export async function startKernel({
  folder,
  environment = {},
  startTimeout = START_TIMEOUT,
  signal,
}: StartOptions): Promise<Kernel> {
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
}
