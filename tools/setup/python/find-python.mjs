import { spawnSync } from "node:child_process";
import { SetupError } from "../system/setup-error.mjs";

/** The oldest Python that the packages in requirements.txt support. */
export const oldestPython = /** @type {const} */ ([3, 10]);

/**
 * @typedef {{ command: string, version: string, venv: boolean }} Python an installation, and whether it has
 *   venv
 */

/** Prints the version, and whether venv and ensurepip are installed. */
const PROBE_SCRIPT =
  "import sys, importlib.util as u; " +
  "print('.'.join(map(str, sys.version_info[:3])), all(map(u.find_spec, ('venv', 'ensurepip'))))";

/**
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Python | undefined} undefined if the command is missing or is not a Python
 */
function probe(command, env) {
  const { stdout } = spawnSync(command, ["-c", PROBE_SCRIPT], { env, encoding: "utf8", timeout: 20_000 });
  const answer = /^(\d+\.\d+\.\d+) (True|False)\s*$/.exec(stdout ?? "");
  return answer?.[1] ? { command, version: answer[1], venv: answer[2] === "True" } : undefined;
}

/** @param {string} version */
function isRecent(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
}

/**
 * Finds a Python that can create virtual environments: the one in LATENT_PYTHON, or the first on the PATH.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Python}
 * @throws {SetupError} if there is none; it states which Python was found instead
 */
export function findPython(env = process.env) {
  const configured = env["LATENT_PYTHON"];
  const versions = [14, 13, 12, 11, 10].map((minor) => `python3.${minor}`);
  /** @type {Python[]} */
  const found = [];
  for (const command of configured ? [configured] : ["python3", "python", ...versions]) {
    const python = probe(command, env);
    if (python === undefined) continue;
    if (python.venv && isRecent(python.version)) return python;
    found.push(python);
  }
  throw noPythonError(found, configured);
}

/**
 * @param {readonly Python[]} found
 * @param {string | undefined} configured the value of LATENT_PYTHON
 */
function noPythonError(found, configured) {
  const oldest = oldestPython.join(".");
  const withoutVenv = found.find(({ version }) => isRecent(version));
  if (withoutVenv)
    return new SetupError(
      `Python ${withoutVenv.version} (${withoutVenv.command}) has no venv module`,
      "install it (on Debian and Ubuntu: `sudo apt install python3-venv`) and run the same command again",
    );
  const remedy =
    `install Python ${oldest} or later (https://www.python.org, or your system's package python3), ` +
    "or set LATENT_PYTHON to one, and run the same command again";
  const old = found[0];
  if (old) return new SetupError(`Python ${old.version} (${old.command}) is older than ${oldest}`, remedy);
  return new SetupError(
    configured ? `LATENT_PYTHON must be a Python, got ${configured}` : "no Python was found",
    remedy,
  );
}
