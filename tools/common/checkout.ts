import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The checkout that these tools belong to, found from where they lie, built or not.
 *
 * @throws when they were taken out of it.
 */
export function findCheckout(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "requirements.txt")) && existsSync(join(folder, "package-lock.json")))
      return folder;
    if (dirname(folder) === folder)
      throw new Error(
        `latent: ${from} lies in no checkout of the course; run the command from its own checkout`,
      );
  }
}
