import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { folders, projectEnvironment, venvPython } from "./paths.mjs";

/**
 * Serves JupyterLab on the notebooks until it ends, or until a signal asks for that.
 *
 * @param {import("./lab-options.mjs").LabOptions} options
 * @returns {Promise<number>} the exit code
 */
export async function serveLab({ browser, port }) {
  mkdirSync(folders.notebooks, { recursive: true });
  const lab = spawn(venvPython, labArguments(browser, port), {
    cwd: folders.notebooks,
    env: projectEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32", // so that Ctrl-C reaches it through us alone, as a plea to end in order
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("close", (code) => resolve(code ?? 1));
  });
  const asked = endOnSignals(lab);
  const address = await Promise.race([ended, addressOf(lab)]);
  if (typeof address === "string") console.log(greeting(address));
  const code = await ended;
  if (asked()) return 0;
  if (typeof address !== "string" && port !== undefined)
    console.error(
      `JupyterLab did not start; is port ${port} taken? Try another: npm start -- --port ${port + 1}`,
    );
  return code === 0 ? 0 : 1;
}

/**
 * @param {boolean} browser
 * @param {number | undefined} port
 */
function labArguments(browser, port) {
  const root = process.getuid?.() === 0; // in a container, as a rule
  return [
    ...["-m", "jupyterlab", "--ip=127.0.0.1", `--port=${port ?? 8888}`, "--log-level=WARN"],
    `--ServerApp.root_dir=${folders.notebooks}`,
    ...(port === undefined ? [] : ["--ServerApp.port_retries=0"]),
    ...(browser ? [] : ["--no-browser"]),
    ...(root ? ["--allow-root"] : []),
  ];
}

/** @param {string} address */
const greeting = (address) => `
JupyterLab serves the notebooks at

    ${address}

Ctrl-C here ends it and its kernels.`;

/**
 * Waits until the server answers.
 *
 * @param {import("node:child_process").ChildProcess} lab
 * @returns {Promise<string>} its address, token included
 */
async function addressOf(lab) {
  const file = join(folders.jupyter, "runtime", `jpserver-${lab.pid}.json`);
  for (;;) {
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
 * an end, kill it.
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
  return () => asked;
}
