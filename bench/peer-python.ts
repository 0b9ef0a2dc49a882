import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** The folder with the programs of the peers. */
export const peersFolder = join(root, "bench", "peers");

/**
 * Returns the Python that runs the peers: the given one, or that of an environment in .cache/peers, which is
 * created at first use.
 *
 * @param given an interpreter with the packages of bench/peers/requirements.txt; `LATENT_PEER_PYTHON` by
 *   default.
 * @throws if the environment cannot be created, with the last lines of pip's output.
 */
export function peerPython(given: string | undefined = process.env["LATENT_PEER_PYTHON"]): string {
  if (given !== undefined && given !== "") return given;
  const environment = join(root, ".cache", "peers");
  const python = join(environment, "bin", "python");
  const requirements = readFileSync(join(peersFolder, "requirements.txt"), "utf8");
  // Written last, so that an interrupted installation is repeated.
  const stamp = join(environment, "installed.txt");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === requirements) return python;
  console.log(
    `Installing ${requirements.trim().split("\n").join(", ")} into .cache/peers: ` +
      "5.4 GB with PyTorch's CUDA libraries. Delete the folder when you are done.",
  );
  mkdirSync(environment, { recursive: true });
  runCommand(process.env["LATENT_PYTHON"] ?? "python3", ["-m", "venv", environment]);
  runCommand(python, ["-m", "pip", "install", "--quiet", "-r", join(peersFolder, "requirements.txt")]);
  writeFileSync(stamp, requirements);
  return python;
}

function runCommand(command: string, parameters: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  if (error) throw new Error(`bench: cannot start ${command}: ${error.message}`);
  if (status === 0) return;
  const reason = stderr.trim().split("\n").slice(-3).join("\n");
  throw new Error(
    `bench: ${command} ${parameters.join(" ")} failed:\n${reason}\n` +
      "Pass a Python with the peers' packages by --python or LATENT_PEER_PYTHON.",
  );
}
