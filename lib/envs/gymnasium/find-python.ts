import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../base/package-folder";

/** Returns the path of the program that the Python child runs. */
export function serverProgram(): string {
  return join(packageFolder(), "envs", "gymnasium", "server.py");
}

/**
 * Returns the Python that runs environments: the given one, that of `LATENT_ENVS_PYTHON`, or that of the
 * course's own environment.
 *
 * @throws if it does not exist.
 */
export function environmentPython(caller: string, given?: string): string {
  const named = given ?? process.env["LATENT_ENVS_PYTHON"];
  if (named !== undefined && named !== "") return named;
  const parts = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const python = join(packageFolder(), "..", ".venv", ...parts);
  if (!existsSync(python))
    throw new Error(
      `${caller}: there is no Python at ${python}; run \`npx latent setup --with atari\`, ` +
        "or name one with the option python or LATENT_ENVS_PYTHON",
    );
  return python;
}
