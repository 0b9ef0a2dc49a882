import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of another library that answers one JSON line to each JSON line. */
export interface Peer {
  /** Sends a request and waits for its answer, whose form is the peer's promise. */
  ask<T>(request: object): Promise<T>;
  /** Ends the program. */
  close(): Promise<void>;
}

/**
 * Starts a peer. What it writes to stderr is shown.
 *
 * @throws in `ask`, when the program has ended.
 */
export function startPeer(python: string, program: string): Peer {
  const env = { OMP_WAIT_POLICY: "passive", ...process.env }; // waiting threads sleep: spinning ones starve each other
  const child = spawn(python, [program], { stdio: ["pipe", "pipe", "inherit"], env });
  const ended = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error(`bench: ${python} does not start: ${error.message}`)));
    child.once("exit", (code, signal) =>
      reject(new Error(`bench: the peer ${program} ended (${signal ?? `code ${String(code)}`})`)),
    );
  });
  ended.catch(() => undefined); // heard of by whoever asks next
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => undefined); // a closed pipe: `ended` says why
  return {
    async ask<T>(request: object): Promise<T> {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await Promise.race([answers.next(), ended]);
      if (answer.done === true) return ended;
      return JSON.parse(answer.value) as T;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
