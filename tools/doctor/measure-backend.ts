import { fork } from "node:child_process";
import { join } from "node:path";
import type { Measured } from "./diagnosis";

/** The outcome of the probe process. */
interface ProbeExit {
  readonly message: { readonly measured: Measured } | { readonly error: string } | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/**
 * Starts and measures the backend in a separate process, so that a crash of the native library can be
 * reported.
 *
 * @param probe the program to run in that process, for tests.
 * @returns the measurements, or why no backend starts.
 */
export async function measureBackend(
  probe: string = join(__dirname, "probe.js"),
): Promise<Measured | string> {
  const trial = await runProbe(probe, {});
  if (trial.message !== undefined)
    return "measured" in trial.message ? trial.message.measured : trial.message.error;
  const verbose = await runProbe(probe, { TF_CPP_MIN_LOG_LEVEL: "0" }); // again, with the library's messages
  const messages = verbose.stderr.split("\n").filter((line) => line.trim() !== "");
  const last = messages.at(-1);
  return describeExit(trial) + (last === undefined ? "" : `, with the message: ${last}`);
}

function runProbe(probe: string, env: NodeJS.ProcessEnv): Promise<ProbeExit> {
  return new Promise((resolve) => {
    const child = fork(probe, [], {
      env: { ...process.env, ...env },
      execArgv: [],
      silent: true,
      timeout: 120_000,
    });
    let message: ProbeExit["message"];
    let stderr = "";
    child.on("message", (received) => (message = received as ProbeExit["message"]));
    child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-8192)));
    child.stdout?.resume();
    child.on("error", (error) => resolve({ message, code: null, signal: null, stderr: error.message }));
    child.on("close", (code, signal) => resolve({ message, code, signal, stderr }));
  });
}

function describeExit({ code, signal }: ProbeExit): string {
  if (signal === "SIGTERM") return "the process that starts the backend took more than two minutes";
  return signal === null
    ? `the process that starts the backend ended with code ${code ?? "unknown"}`
    : `the process that starts the backend crashed (${signal})`;
}
