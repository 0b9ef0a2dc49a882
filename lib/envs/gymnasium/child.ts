import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/** A program that answers each message with one. */
export interface Child {
  /** Whether it still runs. */
  isAlive(): boolean;
  /**
   * Sends a message and returns the answer's body.
   *
   * @throws if the program ends, cannot be started, or does not answer in time; it is then ended.
   */
  ask(message: Uint8Array): Promise<Uint8Array>;
  /** Ends the program and waits until it has ended. */
  close(): Promise<void>;
}

/** Options of {@link startChild}. */
export interface ChildOptions {
  /** For messages, such as `gymnasium("CartPole-v1")`. */
  readonly caller: string;
  /** The interpreter. */
  readonly python: string;
  /** The program. */
  readonly program: string;
  /** The longest time to wait for an answer, in s. */
  readonly timeout: number;
}

interface Waiting {
  readonly resolve: (body: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** OpenBLAS and OpenMP would spin on all cores between steps: a step then takes 20 times longer. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

/** The time in s that a child has to end after its stdin was closed. */
const GRACE = 2;

/**
 * Starts a program with binary pipes. A message is its length, uint32 little-endian, and its body. While no
 * answer is awaited, the program does not keep this process alive; it ends when this process does.
 */
export function startChild({ caller, python, program, timeout }: ChildOptions): Child {
  const child = spawn(python, ["-u", program], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...ONE_THREAD, PYTHONDONTWRITEBYTECODE: "1" },
  });
  let waiting: Waiting | undefined;
  let ended: Error | undefined;
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4096)));
  child.stdin.on("error", () => undefined); // the pipe of a program that has ended: "close" has the reason
  const end = (reason: string, remedy: string): void => {
    if (ended !== undefined) return;
    const last = errors.trim().split("\n").slice(-3).join("\n");
    ended = new Error(`${caller}: ${reason}; ${remedy}${last === "" ? "" : `. Its last messages:\n${last}`}`);
    waiting?.reject(ended);
    waiting = undefined;
    hold(child, false);
  };
  child.on("error", (error) =>
    end(`cannot start ${python} (${error.message})`, "give another one by the option python"),
  );
  child.on("close", (code, signal) =>
    end(
      `the Python process has ended (${signal ?? `exit code ${code ?? "unknown"}`})`,
      "reset starts it again",
    ),
  );
  const take = reader((body) => {
    const { resolve } = waiting ?? {};
    waiting = undefined;
    hold(child, false);
    resolve?.(body);
  });
  child.stdout.on("data", take);
  hold(child, false);
  return {
    isAlive: () => ended === undefined,
    ask(message) {
      if (ended !== undefined) return Promise.reject(ended);
      if (waiting !== undefined)
        return Promise.reject(
          new Error(`${caller}: the previous call has not ended yet; await it before the next one`),
        );
      const answer = new Promise<Uint8Array>((resolve, reject) => (waiting = { resolve, reject }));
      hold(child, true);
      const head = Buffer.alloc(4);
      head.writeUInt32LE(message.length);
      child.stdin.write(Buffer.concat([head, message]));
      const stop = afterSilence(timeout, () => {
        end(`no answer after ${timeout} s, so it was ended`, "the option timeout gives it longer");
        child.kill("SIGKILL");
      });
      return answer.finally(stop);
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      hold(child, true);
      const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
      const stop = afterSilence(GRACE, () => child.kill("SIGKILL"));
      child.stdin.end();
      await gone;
      stop();
    },
  };
}

/** Whether the child and its pipes keep this process alive. */
function hold(child: ChildProcess, keep: boolean): void {
  const sockets = [child.stdin, child.stdout, child.stderr] as unknown as Socket[]; // pipes are sockets
  for (const each of [child, ...sockets])
    if (keep) each.ref();
    else each.unref();
}

/**
 * Calls `act` after a number of seconds, unless the returned function is called before. If the thread was
 * busy meanwhile, answers may lie in the pipe: they get one more second to be read.
 */
function afterSilence(seconds: number, act: () => void): () => void {
  let timer = setTimeout(() => (timer = setTimeout(act, 1000)), 1000 * seconds);
  return () => clearTimeout(timer);
}

/** Returns a function that takes chunks of bytes, and calls `give` with each whole body. */
function reader(give: (body: Uint8Array) => void): (chunk: Buffer) => void {
  const head = Buffer.alloc(4);
  let body: Uint8Array | undefined;
  let have = 0; // bytes of the head, then of the body
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      const target: Uint8Array = body ?? head;
      const count = Math.min(target.length - have, chunk.length - at);
      target.set(chunk.subarray(at, at + count), have);
      at += count;
      have += count;
      if (have < target.length) continue;
      have = 0;
      const whole = body;
      body = whole === undefined ? new Uint8Array(head.readUInt32LE()) : undefined;
      if (whole !== undefined) give(whole);
    }
  };
}
