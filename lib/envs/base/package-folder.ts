import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Returns the folder of the package `latent`, in its sources or compiled. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`latent: no package.json above ${__dirname}; reinstall latent`);
    folder = above;
  }
  return folder;
}
