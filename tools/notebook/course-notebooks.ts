import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { checkoutFolder } from "../common/checkout";

/** The paths of the course's notebooks, relative to the current folder. */
export function courseNotebooks(): string[] {
  const folder = join(checkoutFolder(), "notebooks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => relative(process.cwd(), join(folder, name)));
}
