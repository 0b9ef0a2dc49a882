import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { checkoutFolder } from "../common/checkout";

/** The course's own notebooks. */
export const courseNotebooks = (): string[] => {
  const folder = join(checkoutFolder(), "notebooks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
};
