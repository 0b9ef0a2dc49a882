import { fork } from "node:child_process";
import { join } from "node:path";
import type { Measured } from "./diagnosis";

/** How the process that tries the backend ended. */
interface Trial {
  readonly message: { readonly measured: Measured } | { readonly error: string } | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/**
 * Starts the backend in a process of its own, so that a crash in the native library is a finding.
 *
 * @param probe the program to run there, for tests.
 * @returns what it measured, or why no backend starts.
 */
export async function measureBackend(
  probe: string = join(__dirname, "probe.js"),
): Promise<Measured | string> {
  const trial = await tryOut(probe, {});
  if (trial.message !== undefined)
    return "measured" in trial.message ? trial.message.measured : trial.message.error;
  const loud = await tryOut(probe, { TF_CPP_MIN_LOG_LEVEL: "0" }); // once more, for what the library has to say
  const said = loud.stderr.split("\n").filter((line) => line.trim() !== "");
  return `${ending(trial)}${said.length === 0 ? "" : `, saying: ${said.slice(-1).join("")}`}`;
}

function tryOut(probe: string, env: NodeJS.ProcessEnv): Promise<Trial> {
  return new Promise((resolve) => {
    const child = fork(probe, [], {
      env: { ...process.env, ...env },
      execArgv: [],
      silent: true,
      timeout: 120_000,
    });
    let message: Trial["message"];
    let stderr = "";
    child.on("message", (received) => (message = received as Trial["message"]));
    child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-8192)));
    child.stdout?.resume();
    child.on("error", (error) => resolve({ message, code: null, signal: null, stderr: error.message }));
    child.on("close", (code, signal) => resolve({ message, code, signal, stderr }));
  });
}

function ending({ code, signal }: Trial): string {
  if (signal === "SIGTERM") return "the process that tries the backend took more than two minutes";
  return signal === null
    ? `the process that tries the backend ended with code ${code ?? "unknown"}`
    : `the process that tries the backend crashed (${signal})`;
}
