import { spawn, type ChildProcess } from "node:child_process";
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { courseRoot, environment } from "./course-files";
import type { Isolation } from "./isolation";
import { START_MS, type SandboxLimits } from "./limits";
import type { SandboxMessage, CellRequest } from "../channel/messages";
import { usageOf } from "./usage";

/** Why a process in the sandbox ended. */
export interface ProcessEnd {
  readonly kind:
    "cell time" | "total time" | "memory" | "processes" | "output" | "died" | "forged" | "start" | "stopped";
  readonly message: string;
}

/** The outcome of a cell: the reply of the process, or why the process ended. */
export type Reply = Extract<SandboxMessage, { type: "done" }> | { readonly ended: ProcessEnd };

/** A process in the sandbox that runs cells one at a time. */
export interface SandboxProcess {
  /** Resolves when the process is ready (undefined) or has failed to start (with the reason). */
  readonly ready: Promise<ProcessEnd | undefined>;
  readonly run: (cell: CellRequest, onShown: (message: SandboxMessage) => void) => Promise<Reply>;
  /** Kills the process and its descendants; resolves when it has ended. */
  readonly close: () => Promise<void>;
  readonly peakMemory: () => number;
}

const MONITOR_INTERVAL_MS = 100;
/** The longest delay of a Node.js timer; a longer one fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** The number of characters of output kept for error messages. */
const TAIL_LENGTH = 2000;

/** Returns the message in a signed line, or undefined unless it is signed with `key` as line `number`. */
function verified(line: string, key: Buffer, number: number): string | undefined {
  const [signature, body] = [line.slice(0, 64), line.slice(65)] as const;
  const expected = createHmac("sha256", key).update(body).digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const prefix = `${number} `;
  return body.startsWith(prefix) ? body.slice(prefix.length) : undefined;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}

/** Runs a command and resolves when it has ended, whether or not it succeeded. */
function runIgnoringErrors([file, args]: readonly [file: string, args: readonly string[]]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "ignore" });
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
}

/**
 * Starts a process in the sandbox.
 *
 * @param deadline the end of the submission's total time, on the clock of `performance.now()`.
 */
export function startProcess(isolation: Isolation, limits: SandboxLimits, deadline: number): SandboxProcess {
  const key = randomBytes(32);
  const program = [
    process.execPath,
    "--no-force-async-hooks-checks",
    join(courseRoot, "tools/dist/grade/inside/main.js"),
  ];
  const name = `latent-${randomUUID()}`;
  const [file, args] = isolation.command(program, limits, name);
  const child: ChildProcess = spawn(file, args, {
    cwd: isolation.kind === "none" ? isolation.folder : "/",
    env: isolation.kind === "none" ? environment() : { PATH: process.env["PATH"] },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  let processEnd: ProcessEnd | undefined;
  let tail = "";
  let output = 0;
  let lineNumber = 0;
  let peakMemory = 0;
  let partialLine = "";
  let onMessage: (message: SandboxMessage) => void = () => undefined;
  let removed: Promise<void> | undefined;

  const end = (kind: ProcessEnd["kind"], message: string): void => {
    processEnd ??= { kind, message };
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
    if (isolation.remove) removed ??= runIgnoringErrors(isolation.remove(name));
  };
  const countOutput = (bytes: number): void => {
    output += bytes;
    if (output > limits.output) end("output", `the notebook's output exceeded ${mebibytes(limits.output)}`);
  };
  const receiveLine = (line: string): void => {
    const text = verified(line, key, lineNumber++);
    if (text === undefined) end("forged", "the submission wrote an unsigned message to the grader's channel");
    else onMessage(JSON.parse(text) as SandboxMessage);
  };

  const channel = child.stdio[isolation.channel] as NodeJS.ReadableStream;
  channel.setEncoding("utf8");
  channel.on("data", (text: string) => {
    countOutput(text.length);
    if (processEnd) return;
    const lines = (partialLine + text).split("\n");
    partialLine = lines.pop() ?? "";
    lines.forEach((line) => {
      if (!processEnd) receiveLine(line);
    });
  });
  channel.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr].filter((one) => one !== channel))
    stream?.setEncoding("utf8").on("data", (text: string) => {
      countOutput(text.length);
      tail = (tail + text).slice(-TAIL_LENGTH);
    });
  child.stdin?.on("error", () => undefined);

  const monitor = setInterval(() => {
    if (child.pid === undefined) return;
    const { memory, tasks } = usageOf(child.pid, limits.processes);
    peakMemory = Math.max(peakMemory, memory);
    if (memory > limits.memory)
      end("memory", `the notebook used more than ${mebibytes(limits.memory)} of memory`);
    else if (tasks > limits.processes)
      end("processes", `the notebook ran more than ${limits.processes} processes and threads`);
    else if (performance.now() > deadline)
      end("total time", `the notebook ran longer than ${limits.total} s in total`);
  }, MONITOR_INTERVAL_MS);

  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("error", (error) => resolve((processEnd ??= { kind: "start", message: error.message })));
    child.once("close", (code, signal) => {
      const how = signal === null ? `exited with code ${code ?? "unknown"}` : `was killed by ${signal}`;
      const lastOutput = tail.trim() === "" ? "" : `; its last output: ${tail.trim()}`;
      resolve((processEnd ??= { kind: "died", message: `the process ${how}${lastOutput}` }));
    });
  }).finally(() => clearInterval(monitor));

  const withTimeout = async <T>(
    ms: number,
    result: Promise<T>,
    onTimeout: () => void,
  ): Promise<T | ProcessEnd> => {
    const timer = setTimeout(onTimeout, Math.min(ms, MAX_DELAY_MS));
    return Promise.race([result, ended]).finally(() => clearTimeout(timer));
  };
  const send = (value: unknown): void => void child.stdin?.write(`${JSON.stringify(value)}\n`);

  const isReady = new Promise<undefined>((resolve) => {
    onMessage = ({ type }) => {
      if (type === "ready") resolve(undefined);
    };
  });
  send({ folder: isolation.folder, key: key.toString("hex") });

  return {
    ready: withTimeout(START_MS, isReady, () =>
      end("start", `the kernel did not start within ${seconds(START_MS)}`),
    ),
    run: async (cell, onShown) => {
      const done = new Promise<Reply>((resolve) => {
        onMessage = (message) => {
          if (message.type !== "done") onShown(message);
          else if (message.id === cell.id) resolve(message);
        };
      });
      send(cell);
      const reply = await withTimeout(limits.cell * 1000, done, () =>
        end("cell time", `the cell ran longer than ${limits.cell} s`),
      );
      return "kind" in reply ? { ended: reply } : reply;
    },
    close: async () => {
      end("stopped", "stopped by request");
      await ended;
      await removed;
    },
    peakMemory: () => peakMemory,
  };
}
