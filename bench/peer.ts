import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of another library that answers each JSON line with one JSON line. */
export interface Peer {
  /** Sends a request and returns its answer; the type of the answer is not checked. */
  ask<T>(request: object): Promise<T>;
  /** Ends the program. */
  close(): Promise<void>;
}

/**
 * Starts a peer; its stderr is inherited. `ask` throws if the program has ended.
 *
 * @param variables environment variables of the peer.
 */
export function startPeer(
  python: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
): Peer {
  // Waiting OpenMP threads sleep; spinning threads of two libraries would slow each other down.
  const env = { OMP_WAIT_POLICY: "passive", ...process.env, ...variables };
  const child = spawn(python, [program], { stdio: ["pipe", "pipe", "inherit"], env });
  const ended = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error(`bench: cannot start ${python}: ${error.message}`)));
    child.once("exit", (code, signal) =>
      reject(new Error(`bench: the peer ${program} ended (${signal ?? `code ${String(code)}`})`)),
    );
  });
  ended.catch(() => undefined); // the next `ask` rejects
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => undefined); // if the pipe is closed, `ended` has the reason
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
