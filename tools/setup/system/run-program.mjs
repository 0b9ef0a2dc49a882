import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, relative } from "node:path";
import { SetupError, explain } from "./setup-error.mjs";
import { checkout, projectEnvironment } from "./paths.mjs";

/** The process ids of the running programs, each the leader of a process group. @type {Set<number>} */
const running = new Set();

/** Ends all programs that set-up started, with their descendants. */
export function endPrograms() {
  for (const pid of running) {
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGTERM");
    } catch {
      // it has already ended
    }
  }
}

/**
 * @typedef {object} ProgramOptions
 * @property {string} activity the subject of the error message, for example `installing the npm packages`
 * @property {string} log the file to which the output is appended
 * @property {NodeJS.ProcessEnv} [env]
 * @property {(line: string) => void} [onLine] called with each line of output
 */

/**
 * Runs a program and waits for its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProgramOptions} options
 * @returns {Promise<string>} the last 64 kB of its output
 * @throws {SetupError} if it cannot be started or fails
 */
export async function runProgram(command, args, { activity, log, env, onLine }) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "a");
  try {
    writeSync(file, `\n$ ${[command, ...args].join(" ")}\n`);
    const { code, signal, output } = await collect(command, args, env ?? projectEnvironment(), (text) => {
      writeSync(file, text);
      for (const line of text.split("\n")) if (line.trim() !== "") onLine?.(line.trim());
    });
    if (code === 0) return output;
    const ending = signal === null ? "" : `\n${command} was killed by ${signal}`;
    throw explain(activity, output + ending, relative(checkout, log));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw explain(activity, reason, relative(checkout, log));
  } finally {
    closeSync(file);
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} onText
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>}
 */
function collect(command, args, env, onText) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: checkout,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32", // a process group, for endPrograms
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let output = "";
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-65_536);
      try {
        onText(text);
      } catch (error) {
        child.kill();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (pid !== undefined) running.delete(pid);
      resolve({ code, signal, output });
    });
  });
}
