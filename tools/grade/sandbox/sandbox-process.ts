import { spawn, type ChildProcess } from "node:child_process";
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import { courseRoot, environment } from "./course-files";
import type { Isolation } from "./isolation";
import { START_MS, type SandboxLimits } from "./limits";
import type { FromSandbox, ToSandbox } from "../channel/messages";
import { usageOf } from "./usage";

/** Why a process in the sandbox ended before it was told to. */
export interface ProcessEnd {
  readonly kind:
    "cell time" | "total time" | "memory" | "processes" | "output" | "died" | "forged" | "start" | "stopped";
  readonly message: string;
}

/** How a cell ended: the process said so, or the process ended. */
export type Reply = Extract<FromSandbox, { type: "done" }> | { readonly ended: ProcessEnd };

/** A process in the sandbox that runs cells one after another. */
export interface SandboxProcess {
  /** Settles when it is ready; with why, when it cannot be. */
  readonly ready: Promise<ProcessEnd | undefined>;
  readonly run: (cell: ToSandbox, onShown: (message: FromSandbox) => void) => Promise<Reply>;
  /** Ends it and all that it started; settles when it is gone. */
  readonly close: () => Promise<void>;
  readonly peakMemory: () => number;
}

const WATCH_MS = 100;
const TAIL = 2000;

/** The text of a signed line; undefined when nobody who knows the key has written it as number `number`. */
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

/** Runs a command to its end, whatever that is. */
function attempt([file, args]: readonly [file: string, args: readonly string[]]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "ignore" });
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
}

/** Starts a process. @param until when all of the submission's time is over, as `performance.now()` counts. */
export function startProcess(isolation: Isolation, limits: SandboxLimits, until: number): SandboxProcess {
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
  let why: ProcessEnd | undefined;
  let tail = "";
  let output = 0;
  let number = 0;
  let peak = 0;
  let rest = "";
  let onMessage: (message: FromSandbox) => void = () => undefined;
  let removed: Promise<void> | undefined;

  const end = (kind: ProcessEnd["kind"], message: string): void => {
    why ??= { kind, message };
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
    if (isolation.remove) removed ??= attempt(isolation.remove(name));
  };
  const count = (bytes: number): void => {
    output += bytes;
    if (output > limits.output) end("output", `the notebook put out more than ${mebibytes(limits.output)}`);
  };
  const heard = (line: string): void => {
    const text = verified(line, key, number++);
    if (text === undefined) end("forged", "something other than the grader's own code wrote to its channel");
    else onMessage(JSON.parse(text) as FromSandbox);
  };

  const channel = child.stdio[isolation.channel] as NodeJS.ReadableStream;
  channel.setEncoding("utf8");
  channel.on("data", (text: string) => {
    count(text.length);
    if (why) return;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach((line) => {
      if (!why) heard(line);
    });
  });
  channel.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr].filter((one) => one !== channel))
    stream?.setEncoding("utf8").on("data", (text: string) => {
      count(text.length);
      tail = (tail + text).slice(-TAIL);
    });
  child.stdin?.on("error", () => undefined);

  const watch = setInterval(() => {
    if (child.pid === undefined) return;
    const { memory, tasks } = usageOf(child.pid, limits.processes);
    peak = Math.max(peak, memory);
    if (memory > limits.memory)
      end("memory", `the notebook held more than ${mebibytes(limits.memory)} of memory`);
    else if (tasks > limits.processes)
      end("processes", `the notebook started more than ${limits.processes} processes`);
    else if (performance.now() > until)
      end("total time", `the notebook ran longer than ${limits.total} s in all`);
  }, WATCH_MS);

  const gone = new Promise<ProcessEnd>((resolve) => {
    child.once("error", (error) => resolve((why ??= { kind: "start", message: error.message })));
    child.once("close", (code, signal) => {
      const how = signal === null ? `with code ${code ?? "unknown"}` : `by ${signal}`;
      const words = tail.trim() === "" ? "" : `; its last words: ${tail.trim()}`;
      resolve((why ??= { kind: "died", message: `the process ended ${how}${words}` }));
    });
  }).finally(() => clearInterval(watch));

  const until_ = async <T>(ms: number, wait: Promise<T>, onTime: () => void): Promise<T | ProcessEnd> => {
    const timer = setTimeout(onTime, ms);
    return Promise.race([wait, gone]).finally(() => clearTimeout(timer));
  };
  const tell = (value: unknown): void => void child.stdin?.write(`${JSON.stringify(value)}\n`);

  const isReady = new Promise<undefined>((resolve) => {
    onMessage = ({ type }) => {
      if (type === "ready") resolve(undefined);
    };
  });
  tell({ folder: isolation.folder, key: key.toString("hex") });

  return {
    ready: until_(START_MS, isReady, () =>
      end("start", `the kernel did not answer within ${seconds(START_MS)}`),
    ),
    run: async (cell, onShown) => {
      const done = new Promise<Reply>((resolve) => {
        onMessage = (message) => {
          if (message.type !== "done") onShown(message);
          else if (message.id === cell.id) resolve(message);
        };
      });
      tell(cell);
      const reply = await until_(limits.cell * 1000, done, () =>
        end("cell time", `the cell ran longer than ${limits.cell} s`),
      );
      return "kind" in reply ? { ended: reply } : reply;
    },
    close: async () => {
      end("stopped", "it was told to");
      await gone;
      await removed;
    },
    peakMemory: () => peak,
  };
}
