import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of the checkout that contains these tools, whether they are compiled or not.
 *
 * @throws if `from` is not in a checkout of the course.
 */
export function checkoutFolder(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "requirements.txt")) && existsSync(join(folder, "package-lock.json")))
      return folder;
    if (dirname(folder) === folder)
      throw new Error(
        `latent: ${from} is not in a checkout of the course; run the command from its checkout`,
      );
  }
}

/** The compiled files (.js) below a folder of the checkout, sorted by path. */
export function builtFiles(name: string): string[] {
  const folder = join(checkoutFolder(), name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => join(folder, file));
}
