import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { courseRoot, environment } from "./course-files";
import type { Isolation } from "./isolation";
import { START_MS, type SandboxLimits } from "./limits";
import { createLineSplitter } from "./line-splitter";
import { CALL, MAX_LINE, type Request, type SandboxMessage } from "../channel/messages";
import { readMessage } from "../channel/read-message";
import { createRemarks } from "./remarks";
import { usageOf } from "./usage";

/** Why a process in the sandbox ended. */
export interface ProcessEnd {
  readonly kind:
    "cell time" | "total time" | "memory" | "processes" | "output" | "died" | "message" | "start" | "stopped";
  readonly message: string;
}

/** The outcome of a request: the reply of the process, or why the process ended. */
export type Reply = Extract<SandboxMessage, { type: "done" }> | { readonly ended: ProcessEnd };

/** A process in the sandbox that serves one request at a time. */
export interface SandboxProcess {
  /** Resolves when the process is ready (undefined) or has failed to start (with the reason). */
  readonly ready: Promise<ProcessEnd | undefined>;
  readonly request: (request: Request, onShown: (message: SandboxMessage) => void) => Promise<Reply>;
  /** Passes on a call or a reply for the check with this number. */
  readonly call: (number: string, text: string) => void;
  /** Sets what receives calls and replies, which otherwise end the process, and what is shown meanwhile. */
  readonly onCall: (
    listener: ((text: string) => void) | undefined,
    onShown?: (message: SandboxMessage) => void,
  ) => void;
  /** Kills the process and its descendants for a reason. */
  readonly end: (kind: ProcessEnd["kind"], message: string) => void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Kills the process and its descendants; resolves when it has ended. */
  readonly close: () => Promise<void>;
  readonly peakMemory: () => number;
  /** What happened that an honest submission does not do. */
  readonly remarks: () => readonly string[];
}

/** What a process runs under. */
export interface ProcessOptions {
  readonly isolation: Isolation;
  readonly limits: SandboxLimits;
  /** The end of the total time, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** Whether no student's code runs in it, so that its messages are read as they are. */
  readonly isTrusted?: boolean;
}

/** Why a process is ended that sends something else than the program in it. */
const WROTE = "the submission wrote to the grader's channel";

const MONITOR_INTERVAL_MS = 100;
/** The longest delay of a Node.js timer; a longer one fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;
/** The number of characters of output kept for error messages. */
const TAIL_LENGTH = 2000;

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

/** Starts a process in the sandbox. */
export function startProcess({ isolation, limits, deadline, isTrusted }: ProcessOptions): SandboxProcess {
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
  let peakMemory = 0;
  const remarks = createRemarks();
  let isStarted = false;
  let onMessage: (message: SandboxMessage) => void = () => undefined;
  let onCall: ((text: string) => void) | undefined;
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
  const countOutput = (characters: number): void => {
    output += characters;
    if (output > limits.output) end("output", `the notebook's output exceeded ${mebibytes(limits.output)}`);
  };
  const receiveLine = (line: string): void => {
    if (processEnd) return;
    if (line.startsWith(CALL)) {
      if (onCall) onCall(line.slice(CALL.length));
      else end("message", WROTE);
      return;
    }
    countOutput(line.length);
    const message = isTrusted === true ? (JSON.parse(line) as SandboxMessage) : readMessage(line);
    if (message === undefined) end("message", WROTE);
    else if (message.type === "refused") remarks.refused(message.what);
    else onMessage(message);
  };

  const channel = child.stdio[isolation.channel] as NodeJS.ReadableStream;
  const split = createLineSplitter(MAX_LINE, receiveLine, () =>
    end("output", `the notebook sent a message of more than ${mebibytes(MAX_LINE)}`),
  );
  channel.setEncoding("utf8");
  channel.on("data", split);
  channel.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr].filter((one) => one !== channel))
    stream?.setEncoding("utf8").on("data", (text: string) => {
      countOutput(text.length);
      tail = (tail + text).slice(-TAIL_LENGTH);
    });
  child.stdin?.on("error", () => undefined);

  const monitor = setInterval(() => {
    if (child.pid === undefined) return;
    const { memory, processes, tasks } = usageOf(child.pid, limits.processes);
    if (isStarted) remarks.processes(processes);
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
  const send = (line: string): void => void child.stdin?.write(`${line}\n`);

  const isReady = new Promise<undefined>((resolve) => {
    onMessage = ({ type }) => {
      if (type !== "ready") return;
      isStarted = true;
      resolve(undefined);
    };
  });
  send(JSON.stringify({ folder: isolation.folder }));

  return {
    ready: withTimeout(START_MS, isReady, () =>
      end("start", `the kernel did not start within ${seconds(START_MS)}`),
    ),
    request: async (request, onShown) => {
      const done = new Promise<Reply>((resolve) => {
        onMessage = (message) => {
          if (message.type !== "done") onShown(message);
          else if (message.id === request.id) resolve(message);
          else end("message", WROTE);
        };
      });
      send(JSON.stringify(request));
      const reply = await withTimeout(limits.cell * 1000, done, () =>
        end("cell time", `the cell ran longer than ${limits.cell} s`),
      );
      onMessage = () => undefined;
      return "kind" in reply ? { ended: reply } : reply;
    },
    call: (number, text) => send(`${CALL}${number}:${text}`),
    onCall: (listener, onShown = () => undefined) => {
      onCall = listener;
      onMessage = onShown;
    },
    end,
    ended,
    close: async () => {
      end("stopped", "stopped by request");
      await ended;
      await removed;
    },
    peakMemory: () => peakMemory,
    remarks: remarks.all,
  };
}
