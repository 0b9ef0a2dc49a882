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
 * Serves the notebooks in JupyterLab until it exits or a signal arrives.
 *
 * @param {import("./lab-options.mjs").LabOptions & { readonly folder?: string }} options `folder` has the
 *   notebooks, by default those of the course
 * @returns {Promise<number>} the exit code
 */
export async function serveLab({ browser, port, folder = folders.notebooks }) {
  for (const needed of [folder, folders.jupyter]) mkdirSync(needed, { recursive: true });
  const lab = spawn(venvPython, labArguments(folder, browser, port), {
    cwd: folder,
    env: projectEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
    detached: process.platform !== "win32", // so that Ctrl-C reaches only this process
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("close", (code) => resolve(code ?? 1));
  });
  const stopRequested = stopOnSignals(lab);
  const log = watchLog(lab.stderr);
  const polling = { isOver: false };
  const address = await Promise.race([ended, addressOf(lab, polling)]);
  polling.isOver = true;
  if (typeof address === "string") {
    console.log(greeting(address));
    log.showFromHere();
  }
  const code = await ended;
  if (stopRequested()) return 0;
  if (typeof address !== "string") console.error(startFailure(log.lastLines(), port));
  return code === 0 ? 0 : 1;
}

/**
 * Appends the output of JupyterLab to a file, and prints its warnings and errors.
 *
 * @param {import("node:stream").Readable} stream
 */
function watchLog(stream) {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 1e6) rmSync(logFile);
  const file = createWriteStream(logFile, { flags: "a", mode: 0o600 }); // it contains the token
  /** @type {string[]} */
  let recent = [];
  let shown = false;
  createInterface({ input: stream }).on("line", (line) => {
    file.write(`${line}\n`);
    recent = [...recent, line].slice(-10);
    if (shown && line.trim() !== "" && !/^\[[ID] |received signal/.test(line)) console.error(line);
  });
  return { showFromHere: () => (shown = true), lastLines: () => recent };
}

/**
 * @param {readonly string[]} lines the last lines of JupyterLab's output
 * @param {number | undefined} port
 * @returns {string} why it did not start
 */
function startFailure(lines, port) {
  if (
    port !== undefined &&
    lines.some((line) => /already in use|Permission.* port|not available/i.test(line))
  )
    return `Port ${port} is in use or not permitted; choose another: npm start -- --port ${port + 1}`;
  return `JupyterLab did not start; its full log is in ${relative(checkout, logFile)}:\n${lines.join("\n")}`;
}

/**
 * @param {string} folder
 * @param {boolean} browser
 * @param {number | undefined} port
 */
function labArguments(folder, browser, port) {
  const root = process.getuid?.() === 0; // usually in a container
  return [
    ...["-m", "jupyterlab", "--ip=127.0.0.1", `--port=${port ?? 8888}`, "--log-level=INFO"],
    `--ServerApp.root_dir=${folder}`,
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

Press Ctrl-C to stop it and its kernels.`;
}

/**
 * Waits until the server responds.
 *
 * @param {import("node:child_process").ChildProcess} lab
 * @param {{ isOver: boolean }} polling
 * @returns {Promise<string | undefined>} its address with the token
 */
async function addressOf(lab, polling) {
  const file = join(folders.jupyter, "runtime", `jpserver-${lab.pid}.json`);
  while (!polling.isOver) {
    await sleep(200);
    try {
      const { url, token } = JSON.parse(readFileSync(file, "utf8"));
      if (await responds(`${url}api/status?token=${token}`)) return `${url}lab?token=${token}`;
    } catch {
      // not written yet, or incomplete
    }
  }
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether the server responds with status 200
 */
function responds(url) {
  return new Promise((resolve) => {
    const request = get(url, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });
}

/**
 * Forwards a signal as SIGTERM, on which Jupyter stops its kernels and exits. It is killed at a second
 * signal, or after 10 s. npm does not forward signals, so the end of npm counts as a signal.
 *
 * @param {import("node:child_process").ChildProcess} lab
 * @returns {() => boolean} whether a signal has arrived
 */
function stopOnSignals(lab) {
  let isStopping = false;
  const stop = () => {
    lab.kill(isStopping ? "SIGKILL" : "SIGTERM");
    isStopping = true;
    setTimeout(() => lab.kill("SIGKILL"), 10_000).unref();
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, stop);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1000);
  if (process.env["npm_lifecycle_event"] === undefined) clearInterval(watch);
  watch.unref();
  return () => isStopping;
}
