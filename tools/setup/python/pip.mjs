import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { folders, projectEnvironment, venvPython } from "../system/paths.mjs";

/**
 * Runs pip in the virtual environment, with a temporary folder in the checkout: the system's may be too
 * small.
 *
 * @param {readonly string[]} args
 * @param {Omit<import("../system/run-program.mjs").ProgramOptions, "env">} options
 */
export async function pip(args, options) {
  const temporary = join(folders.cache, "tmp");
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const env = { ...projectEnvironment(), TMPDIR: temporary };
  const [command = "", ...rest] = args;
  await runProgram(venvPython, ["-m", "pip", command, "--progress-bar=off", ...rest], { ...options, env });
  rmSync(temporary, { recursive: true, force: true });
}
