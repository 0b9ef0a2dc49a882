import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { get } from "node:http";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { clearInterval, setInterval, setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout, folders, projectEnvironment, venvPython } from "../system/paths.mjs";

const logFile = join(folders.jupyter, "lab.log");

/**
 * Serves JupyterLab on the notebooks until it ends, or until a signal asks for that.
 *
 * @param {import("./lab-options.mjs").LabOptions} options
 * @returns {Promise<number>} the exit code
 */
export async function serveLab({ browser, port }) {
  for (const folder of [folders.notebooks, folders.jupyter]) mkdirSync(folder, { recursive: true });
  const lab = spawn(venvPython, labArguments(browser, port), {
    cwd: folders.notebooks,
    env: projectEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    detached: process.platform !== "win32", // so that Ctrl-C reaches it through us alone, as a plea to end in order
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("close", (code) => resolve(code ?? 1));
  });
  const asked = endOnSignals(lab);
  const log = watchLog(lab.stderr);
  const waiting = { over: false };
  const address = await Promise.race([ended, addressOf(lab, waiting)]);
  waiting.over = true;
  if (typeof address === "string") {
    console.log(greeting(address));
    log.showFromHere();
  }
  const code = await ended;
  if (asked()) return 0;
  if (typeof address !== "string") console.error(complaint(log.last(), port));
  return code === 0 ? 0 : 1;
}

/**
 * Keeps what the lab says in a file, and shows what a person should see of it.
 *
 * @param {import("node:stream").Readable} stream
 */
function watchLog(stream) {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 1e6) rmSync(logFile);
  const file = createWriteStream(logFile, { flags: "a", mode: 0o600 }); // two labs may share it; the token is in it
  /** @type {string[]} */
  let recent = [];
  let shown = false;
  createInterface({ input: stream }).on("line", (line) => {
    file.write(`${line}\n`);
    recent = [...recent, line].slice(-10);
    if (shown && line.trim() !== "" && !/^\[[ID] |received signal/.test(line)) console.error(line);
  });
  return { showFromHere: () => (shown = true), last: () => recent };
}

/**
 * @param {readonly string[]} lines the last that the lab said
 * @param {number | undefined} port
 */
function complaint(lines, port) {
  if (
    port !== undefined &&
    lines.some((line) => /already in use|Permission.* port|not available/i.test(line))
  )
    return `Port ${port} is not free; choose another: npm start -- --port ${port + 1}`;
  return `JupyterLab did not start (the whole log is in ${relative(checkout, logFile)}):\n${lines.join("\n")}`;
}

/**
 * @param {boolean} browser
 * @param {number | undefined} port
 */
function labArguments(browser, port) {
  const root = process.getuid?.() === 0; // in a container, as a rule
  return [
    ...["-m", "jupyterlab", "--ip=127.0.0.1", `--port=${port ?? 8888}`, "--log-level=INFO"],
    `--ServerApp.root_dir=${folders.notebooks}`,
    ...(port === undefined ? [] : ["--ServerApp.port_retries=0"]),
    ...(browser ? [] : ["--no-browser"]),
    ...(root ? ["--allow-root"] : []),
  ];
}

/** @param {string} address */
function greeting(address) {
  return `
JupyterLab serves the notebooks at

    ${address}

Ctrl-C here ends it and its kernels.`;
}

/**
 * Waits until the server answers.
 *
 * @param {import("node:child_process").ChildProcess} lab
 * @param {{ over: boolean }} waiting
 * @returns {Promise<string | undefined>} its address, token included
 */
async function addressOf(lab, waiting) {
  const file = join(folders.jupyter, "runtime", `jpserver-${lab.pid}.json`);
  while (!waiting.over) {
    await sleep(200);
    try {
      const { url, token } = JSON.parse(readFileSync(file, "utf8"));
      if (await answers(`${url}api/status?token=${token}`)) return `${url}lab?token=${token}`;
    } catch {
      // not written yet, or only half
    }
  }
}

/** @param {string} url @returns {Promise<boolean>} */
function answers(url) {
  return new Promise((resolve) => {
    const request = get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });
}

/**
 * Passes on a signal as SIGTERM, upon which Jupyter ends its kernels and itself; a second one, or ten seconds without
 * an end, kill it. npm does not pass its signals on: when it is gone, that counts as one.
 *
 * @param {import("node:child_process").ChildProcess} lab
 * @returns {() => boolean} whether a signal came
 */
function endOnSignals(lab) {
  let asked = false;
  const end = () => {
    lab.kill(asked ? "SIGKILL" : "SIGTERM");
    asked = true;
    setTimeout(() => lab.kill("SIGKILL"), 10_000).unref();
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, end);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 1000);
  if (process.env["npm_lifecycle_event"] === undefined) clearInterval(watch);
  watch.unref();
  return () => asked;
}
