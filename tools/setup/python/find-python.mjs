import { spawnSync } from "node:child_process";
import { SetupError } from "../system/setup-error.mjs";

/** The oldest Python that the packages in requirements.txt support. */
export const oldestPython = /** @type {const} */ ([3, 10]);

/** @typedef {{ command: string, version: string, venv: boolean }} Python one found on the machine */

const question =
  "import sys, importlib.util as u; " +
  "print('.'.join(map(str, sys.version_info[:3])), all(map(u.find_spec, ('venv', 'ensurepip'))))";

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Python | undefined} undefined when there is none by this name, or it does not answer
 */
function ask(command, env) {
  const { stdout } = spawnSync(command, ["-c", question], { env, encoding: "utf8", timeout: 20_000 });
  const answer = /^(\d+\.\d+\.\d+) (True|False)\s*$/.exec(stdout ?? "");
  return answer?.[1] ? { command, version: answer[1], venv: answer[2] === "True" } : undefined;
}

/** @param {string} version */
function isRecent(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
}

/**
 * Finds a Python that can make virtual environments: the one named in LATENT_PYTHON, or the first on the PATH.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Python}
 * @throws {SetupError} when there is none, naming what was found instead
 */
export function findPython(env = process.env) {
  const named = env["LATENT_PYTHON"];
  const versions = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
  /** @type {Python[]} */
  const found = [];
  for (const command of named ? [named] : ["python3", "python", ...versions]) {
    const python = ask(command, env);
    if (python === undefined) continue;
    if (python.venv && isRecent(python.version)) return python;
    found.push(python);
  }
  throw complaint(found, named);
}

/**
 * @param {readonly Python[]} found
 * @param {string | undefined} named
 */
function complaint(found, named) {
  const oldest = oldestPython.join(".");
  const lacking = found.find(({ version }) => isRecent(version));
  if (lacking)
    return new SetupError(
      `Python ${lacking.version} (${lacking.command}) has no venv module`,
      "install it (on Debian and Ubuntu: `sudo apt install python3-venv`) and run the same command again",
    );
  const remedy = `install Python ${oldest} or newer (https://www.python.org, or your system's package python3), or name one in LATENT_PYTHON, and run the same command again`;
  const old = found[0];
  if (old) return new SetupError(`Python ${old.version} (${old.command}) is older than ${oldest}`, remedy);
  return new SetupError(named ? `LATENT_PYTHON=${named} is no Python` : "no Python was found", remedy);
}
