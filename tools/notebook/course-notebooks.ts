import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/** The checkout that the course lies in. */
export const checkoutFolder = (): string =>
  dirname(dirname(createRequire(__filename).resolve("latent-tools/package.json")));

/** The course's own notebooks. */
export const courseNotebooks = (): string[] => {
  const folder = join(checkoutFolder(), "notebooks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
};
