import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** The folder of the peers' programs. */
export const peersFolder = join(root, "bench", "peers");

/**
 * The Python that runs the peers: the one named, or that of an environment of their own, made at the first use.
 *
 * @param named an interpreter that has what bench/peers/requirements.txt lists; by default `LATENT_PEER_PYTHON`.
 * @throws when the environment cannot be made, with the last lines of what pip said.
 */
export function peerPython(named: string | undefined = process.env["LATENT_PEER_PYTHON"]): string {
  if (named !== undefined && named !== "") return named;
  const environment = join(root, ".cache", "peers");
  const python = join(environment, "bin", "python");
  const wanted = readFileSync(join(peersFolder, "requirements.txt"), "utf8");
  const stamp = join(environment, "installed.txt"); // written last, so that an interrupted installation is begun again
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  console.log(
    `Installing ${wanted.trim().split("\n").join(", ")} into .cache/peers, once: 5.4 GB on disk with its CUDA libraries. ` +
      "Delete the folder when you are done.",
  );
  mkdirSync(environment, { recursive: true });
  execute(process.env["LATENT_PYTHON"] ?? "python3", ["-m", "venv", environment]);
  execute(python, ["-m", "pip", "install", "--quiet", "-r", join(peersFolder, "requirements.txt")]);
  writeFileSync(stamp, wanted);
  return python;
}

function execute(command: string, parameters: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  if (error) throw new Error(`bench: ${command} does not start: ${error.message}`);
  if (status === 0) return;
  const reason = stderr.trim().split("\n").slice(-3).join("\n");
  throw new Error(
    `bench: ${command} ${parameters.join(" ")} failed:\n${reason}\n` +
      "Name a Python that has the peers' packages with --python or LATENT_PEER_PYTHON.",
  );
}
