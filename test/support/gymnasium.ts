import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const course = join(__dirname, "..", "..", ".venv", "bin", "python");

/** The Python that runs environments: that of LATENT_ENVS_PYTHON, otherwise the course's. */
export const python = process.env["LATENT_ENVS_PYTHON"] ?? course;

/** Why tests of the bridge cannot run; empty if they can. */
export const missing = reason();

function reason(): string {
  if (!existsSync(python)) return `there is no ${python}`;
  const { status } = spawnSync(python, ["-c", "import ale_py, gymnasium"], { timeout: 120_000 });
  return status === 0 ? "" : `${python} has no ale-py; npx latent setup --with atari installs it`;
}

if (missing !== "") console.log(`Tests of Gymnasium and Atari are skipped: ${missing}.`);
