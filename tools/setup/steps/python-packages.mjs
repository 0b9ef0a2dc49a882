import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { checkout, folders, venvPython } from "../system/paths.mjs";
import { pip } from "../python/pip.mjs";
import { findPython } from "../python/find-python.mjs";
import { digest } from "../system/stamp.mjs";
import { logOf } from "./step.mjs";

const requirements = join(checkout, "requirements.txt");

/** Installs JupyterLab in a virtual environment. @type {import("./step.mjs").Step} */
export const pythonPackages = {
  name: "python-packages",
  title: () => "Python packages (JupyterLab)",
  key: () => digest([], [requirements]),
  outputs: [venvPython],
  fallback: "notebooks still run without JupyterLab (npx latent run notebooks/NAME.ipynb)",
  async run(note) {
    const log = logOf(pythonPackages.name);
    if (!(await venvWorks(log))) {
      const python = findPython();
      note(`creating a virtual environment with Python ${python.version}`);
      rmSync(folders.venv, { recursive: true, force: true });
      await runProgram(python.command, ["-m", "venv", folders.venv], {
        activity: "creating the virtual environment",
        log,
      });
    }
    await pip(["install", "-r", requirements], {
      activity: "installing the Python packages",
      log,
      onLine: (line) => note(/^(Collecting \S+|Installing)/.exec(line)?.[0] ?? "downloading"),
    });
  },
};

/**
 * @param {string} log
 * @returns {Promise<boolean>} whether the virtual environment exists and its pip runs
 */
async function venvWorks(log) {
  if (!existsSync(venvPython)) return false;
  try {
    await runProgram(venvPython, ["-m", "pip", "--version"], { activity: "running pip", log });
    return true;
  } catch {
    return false; // its creation was interrupted, or its Python was removed
  }
}
